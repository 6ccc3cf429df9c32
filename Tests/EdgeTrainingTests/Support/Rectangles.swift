import EdgeBoxes
import EdgeData
import TestSupport

/// Made-up pictures: rectangles of red and green on gray noise, the same for the same numbers.
struct Rectangles: Sendable {
  let image: Image
  let objects: [ObjectAnnotation]
  /// 0 for the background, label + 1 within a rectangle.
  let mask: Mask

  init(_ index: Int, width: Int = 64, height: Int = 64) {
    var rng = SplitMix64(seed: UInt64(index) + 77)
    var pixels = (0..<3 * width * height).map { _ in UInt8.random(in: 90...150, using: &rng) }
    var labels = [UInt8](repeating: 0, count: width * height)
    var objects: [ObjectAnnotation] = []
    for label in [index % 2, (index + 1) % 2].prefix(1 + index % 3) {
      let x = Int.random(in: 0..<width / 2, using: &rng)
      let y = Int.random(in: 0..<height / 2, using: &rng)
      let right = x + Int.random(in: width / 4...width / 2, using: &rng)
      let bottom = y + Int.random(in: height / 4...height / 2, using: &rng)
      for row in y..<bottom {
        for column in x..<right {
          let pixel = row * width + column
          labels[pixel] = UInt8(label + 1)
          for channel in 0..<3 { pixels[3 * pixel + channel] = channel == label ? 250 : 10 }
        }
      }
      let box = Box(
        left: Double(x), top: Double(y), right: Double(right), bottom: Double(bottom))
      objects.append(ObjectAnnotation(box: box, label: label))
    }
    image = Image(width: width, height: height, pixels: pixels)
    self.objects = objects
    mask = Mask(width: width, height: height, labels: labels)
  }
}

/// Rectangles to be found; some pictures may have none, or only a crowd.
struct RectangleBoxes: DetectionDataset {
  let classNames = ["red", "green"]
  let count: Int
  var empty: Set<Int> = []
  var crowded: Set<Int> = []

  func name(at index: Int) -> String { "\(index).png" }

  func content(at index: Int) throws(DatasetError) -> SampleContent {
    .decoded(Rectangles(index).image)
  }

  func objects(at index: Int) -> [ObjectAnnotation] {
    if empty.contains(index) { return [] }
    var objects = Rectangles(index).objects
    if crowded.contains(index) {
      for place in objects.indices { objects[place].isCrowd = true }
    }
    return objects
  }
}

/// Rectangles to be told from their background.
struct RectangleMasks: SegmentationDataset {
  let classNames = ["background", "red", "green"]
  let count: Int

  func name(at index: Int) -> String { "\(index).png" }

  func content(at index: Int) throws(DatasetError) -> SampleContent {
    .decoded(Rectangles(index).image)
  }

  func mask(at index: Int) throws(DatasetError) -> Mask { Rectangles(index).mask }
}
