import EdgeData
import EdgeGraph
import EdgeTraining

/// What `augment --time` found: how fast one thread makes training examples of encoded pictures.
struct AugmentationTiming: Encodable {
  let images: Int
  let imagesPerSecond: Double
  private let size: Int

  enum CodingKeys: String, CodingKey {
    case images
    case imagesPerSecond = "images_per_s"
  }

  /// Makes every picture's example until some seconds are over, and all of them at least once.
  init(_ recipe: TrainingRecipe, _ dataset: any ImageDataset) throws {
    let transform = try recipe.transform()
    let (seed, side) = (UInt64(bitPattern: Int64(recipe.seed)), recipe.size)
    var example = [Float](repeating: 0, count: 3 * side * side)
    let start = ContinuousClock.now
    var (epoch, count) = (0, 0)
    while epoch == 0 || start.duration(to: .now) < .seconds(3) {
      for index in 0..<dataset.count {
        let name = dataset.name(at: index)
        var random = RandomStream(seed: seed, step: epoch, name: name)
        var output = example.mutableSpan
        try transform(
          dataset.content(at: index), height: side, width: side, random: &random, into: &output,
          name: name)
        count += 1
      }
      epoch += 1
    }
    images = count
    size = side
    imagesPerSecond = Double(count) / (start.duration(to: .now) / .seconds(1))
  }

  var lines: [String] {
    [
      "\(images) examples of \(size)x\(size): \(fixed(imagesPerSecond, digits: 1)) a second on one thread"
    ]
  }
}
