import EdgeBoxes
import EdgeGraph
import TestSupport
import Testing

@testable import EdgeData

@Suite struct DetectionTransformTests {
  /// Rectangles of one color each, on black, that don't touch.
  private static let objects = [
    ObjectAnnotation(box: Box(left: 8, top: 10, right: 48, bottom: 34), label: 0),
    ObjectAnnotation(box: Box(left: 60, top: 6, right: 110, bottom: 50), label: 1),
    ObjectAnnotation(box: Box(left: 20, top: 48, right: 44, bottom: 88), label: 2),
  ]

  private static let scene: Image = {
    var pixels = [UInt8](repeating: 0, count: 3 * 120 * 96)
    for object in objects {
      for y in Int(object.box.top)..<Int(object.box.bottom) {
        for x in Int(object.box.left)..<Int(object.box.right) {
          pixels[3 * (y * 120 + x) + object.label] = 255
        }
      }
    }
    return Image(width: 120, height: 96, pixels: pixels)
  }()

  /// Of the pixels in which a channel is bright.
  private func extent(of channel: Int, in image: Image) -> Box? {
    var columns: Set<Int> = []
    var rows: Set<Int> = []
    for y in 0..<image.height {
      for x in 0..<image.width where image.pixels[3 * (y * image.width + x) + channel] > 127 {
        columns.insert(x)
        rows.insert(y)
      }
    }
    guard let left = columns.min(), let right = columns.max(), let top = rows.min(),
      let bottom = rows.max()
    else { return nil }
    return Box(
      left: Double(left), top: Double(top), right: Double(right + 1), bottom: Double(bottom + 1))
  }

  private func result(
    _ transform: DetectionTransform, step: Int, height: Int = 64, width: Int = 80,
    _ objects: [ObjectAnnotation] = objects
  ) -> (image: Image, objects: [ObjectAnnotation]) {
    var random = stream("detection", step: step)
    return transform(Self.scene, objects, height: height, width: width, random: &random)
  }

  private var withoutColors: DetectionTransform {
    var transform = DetectionTransform()
    transform.distortion = nil
    return transform
  }

  /// Whatever is drawn, a box lies around the pixels of its object.
  @Test func boxesFollowThePixels() throws {
    var crops = 0
    for step in 0..<200 {
      let found = result(withoutColors, step: step)
      #expect(found.image.width == 80 && found.image.height == 64)
      #expect(!found.objects.isEmpty)
      if found.objects.count < 3 { crops += 1 }
      for object in found.objects {
        let seen = try #require(extent(of: object.label, in: found.image))
        // Pixels that mix two colors count to the one that prevails.
        let differences = [
          object.box.left - seen.left, object.box.top - seen.top,
          object.box.right - seen.right, object.box.bottom - seen.bottom,
        ].map { abs($0) }
        #expect((differences.max() ?? 9) <= 1, "step \(step): \(object.box), \(seen)")
      }
    }
    #expect((40...190).contains(crops))
  }

  @Test func boxesAreWithinThePicture() {
    var random = stream("boxes")
    for step in 0..<300 {
      let objects = (0..<1 + random.integer(below: 6)).map { label in
        let left = random.uniform(in: -2...118)
        let top = random.uniform(in: -2...94)
        return ObjectAnnotation(
          box: Box(
            left: left, top: top, right: left + random.uniform(in: 0.5...60),
            bottom: top + random.uniform(in: 0.5...60)), label: label)
      }
      let found = result(withoutColors, step: step, height: 33, width: 47, objects)
      for object in found.objects {
        let box = object.box
        #expect(box.left >= 0 && box.top >= 0 && box.right <= 47 && box.bottom <= 33)
        #expect(box.left < box.right && box.top < box.bottom && object.area == box.area)
      }
    }
  }

  @Test func dependsOnTheStreamOnly() {
    let transform = DetectionTransform()
    let first = result(transform, step: 3)
    let second = result(transform, step: 3)
    #expect(first.image == second.image && first.objects == second.objects)
    let images = Set((0..<20).map { result(transform, step: $0).image.pixels })
    // Clear colors may stay as they are.
    #expect(images.count > 15)
  }

  @Test func crowdsAndEmptyBoxesAreLeftOut() {
    var transform = withoutColors
    transform.crop = nil
    transform.flipProbability = 1
    let inside = Box(left: 0, top: 12, right: 30, bottom: 48)
    let found = result(
      transform, step: 0, height: 48, width: 60,
      [
        ObjectAnnotation(box: inside, label: 1, isDifficult: true, area: 5),
        ObjectAnnotation(box: inside, label: 2, isCrowd: true),
        ObjectAnnotation(box: Box(left: 130, top: 0, right: 140, bottom: 9), label: 0),
      ])
    #expect(
      found.objects == [
        ObjectAnnotation(
          box: Box(left: 45, top: 6, right: 60, bottom: 24), label: 1, isDifficult: true)
      ])
    let flipped = Self.scene.flippedHorizontally()
    #expect(found.image == flipped.resized(width: 60, height: 48, filter: .openCVBilinear))
  }

  /// Without boxes there is nothing to overlap.
  @Test func picturesWithoutObjectsStayWhole() {
    var transform = withoutColors
    transform.flipProbability = 0
    for step in 0..<20 {
      let found = result(transform, step: step, height: 96, width: 120, [])
      #expect(found.image == Self.scene && found.objects.isEmpty)
    }
  }

  @Test func partsOverlapAsDrawn() {
    let box = Box(left: 30, top: 30, right: 60, bottom: 70)
    for overlap in [0.1, 0.5, 0.7] {
      var crop = OverlapCrop()
      crop.overlaps = [overlap]
      for step in 0..<40 {
        var random = stream("crop", step: step)
        let window = crop.window(width: 120, height: 96, boxes: [box], random: &random)
        if window.width == 120 && window.height == 96 { continue }
        let part = Box(
          left: Double(window.x), top: Double(window.y),
          right: Double(window.x + window.width), bottom: Double(window.y + window.height))
        #expect(part.overlap(with: box) >= overlap)
        #expect(window.x >= 0 && window.y >= 0 && part.right <= 120 && part.bottom <= 96)
        // Sides are cut to whole pixels.
        let aspect = part.height / part.width
        #expect((0.47...2.1).contains(aspect))
      }
    }
    // No part overlaps a thread by a half: the search ends.
    var crop = OverlapCrop()
    crop.overlaps = [0.5]
    var random = stream("crop")
    let thread = Box(left: 0, top: 0, right: 0.5, bottom: 96)
    let window = crop.window(width: 120, height: 96, boxes: [thread], random: &random)
    #expect(window == PixelWindow(x: 0, y: 0, width: 120, height: 96))
    #expect(
      crop.window(width: 1, height: 1, boxes: [thread], random: &random)
        == PixelWindow(x: 0, y: 0, width: 1, height: 1))
  }

  @Test func valuesAreNormalized() {
    var transform = DetectionTransform()
    transform.mean = [0.5, 0.25, 0]
    transform.std = [0.5, 1, 2]
    transform.channelOrder = .bgr
    let image = Image(width: 1, height: 1, pixels: [255, 0, 51])
    var values = [Float](repeating: .nan, count: 3)
    var span = values.mutableSpan
    transform.write(image, into: &span)
    #expect(values == [Float(51) / 255 / 2, -0.25, 1])
  }
}
