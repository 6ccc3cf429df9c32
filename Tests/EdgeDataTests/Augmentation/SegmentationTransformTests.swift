import EdgeGraph
import TestSupport
import Testing

@testable import EdgeData

@Suite struct SegmentationTransformTests {
  /// Areas of 16 by 12 pixels: class 0 is black, the others have a channel of their own.
  private static let mask: Mask = {
    let labels = (0..<96 * 72).map { index -> UInt8 in
      let (column, row) = (index % 96 / 16, index / 96 / 12)
      return UInt8((column + 2 * row) % 4)
    }
    return Mask(width: 96, height: 72, labels: labels)
  }()

  private static let scene: Image = {
    let colors: [[UInt8]] = [[0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]]
    let pixels = mask.labels.flatMap { colors[Int($0)] }
    return Image(width: 96, height: 72, pixels: pixels)
  }()

  private func result(
    _ transform: SegmentationTransform, step: Int, height: Int = 40, width: Int = 48
  ) -> (image: Image, mask: Mask) {
    var random = stream("segmentation", step: step)
    return transform(Self.scene, Self.mask, height: height, width: width, random: &random)
  }

  private var transform: SegmentationTransform {
    var result = SegmentationTransform()
    result.shortSides = 30...150
    return result
  }

  /// The class that a color stands for; nil where it is mixed.
  private func label(_ image: Image, _ index: Int) -> UInt8? {
    let color = Array(image.pixels[3 * index..<3 * index + 3])
    if color.allSatisfy({ $0 < 10 }) { return 0 }
    guard color.allSatisfy({ $0 < 10 || $0 > 245 }), color.count(where: { $0 > 245 }) == 1 else {
      return nil
    }
    return color.firstIndex { $0 > 245 }.map { UInt8($0 + 1) }
  }

  /// Whatever is drawn, pixels of a pure color have its class. The nearest label is up to a pixel
  /// away from where the color is taken, so that some at the borders have their neighbor's.
  @Test func masksFollowThePixels() {
    for step in 0..<100 {
      let found = result(transform, step: step)
      #expect(found.image.width == 48 && found.image.height == 40)
      #expect(found.mask.width == 48 && found.mask.height == 40)
      var (pure, wrong) = (0, 0)
      for index in found.mask.labels.indices {
        guard let label = label(found.image, index) else { continue }
        pure += 1
        wrong += found.mask.labels[index] == label ? 0 : 1
      }
      #expect(!found.mask.labels.contains(Mask.ignored))
      #expect(pure > 48 * 40 / 2, "step \(step)")
      #expect(wrong < pure / 8, "step \(step): \(wrong) of \(pure)")
    }
  }

  @Test func flipIsInHalfOfTheCases() {
    var plain = transform
    plain.shortSides = 72...72
    let flips = (0..<200).count {
      let found = result(plain, step: $0, height: 72, width: 96)
      if found.image == Self.scene {
        #expect(found.mask == Self.mask)
        return false
      }
      #expect(found.image == Self.scene.flippedHorizontally())
      #expect(found.mask == Self.mask.flippedHorizontally())
      return true
    }
    // 100 are expected, with a deviation of 7.
    #expect((70...130).contains(flips))
  }

  @Test func partsAreCutEverywhere() {
    var plain = transform
    plain.shortSides = 72...72
    plain.flipProbability = 0
    var places: Set<[UInt8]> = []
    for step in 0..<50 {
      let found = result(plain, step: step, height: 70, width: 90)
      places.insert(found.image.pixels)
      let isPart = (0...2).contains { y in
        (0...6).contains { x in
          found.image == Self.scene.cropped(x: x, y: y, width: 90, height: 70)
            && found.mask == Self.mask.cropped(x: x, y: y, width: 90, height: 70)
        }
      }
      #expect(isPart)
    }
    #expect(places.count > 10)
  }

  @Test func smallPicturesAreFilledUp() {
    var padding = transform
    padding.enlarges = false
    padding.flipProbability = 0
    padding.shortSides = 36...36
    let found = result(padding, step: 0, height: 40, width: 60)
    let image = Self.scene.resized(width: 48, height: 36, filter: .openCVBilinear)
    let mask = Self.mask.resized(width: 48, height: 36)
    #expect(found.image == image.cropped(x: 0, y: 0, width: 60, height: 40))
    #expect(found.mask == mask.cropped(x: 0, y: 0, width: 60, height: 40))
    #expect(found.mask.labels.count { $0 == Mask.ignored } == 60 * 40 - 48 * 36)
  }

  /// One side may have to grow more than the other; no pixel is left without a class.
  @Test(arguments: [(100, 20), (20, 200), (72, 96), (73, 97), (500, 500)])
  func smallPicturesAreEnlarged(height: Int, width: Int) {
    for step in 0..<5 {
      let found = result(transform, step: step, height: height, width: width)
      #expect(found.image.width == width && found.image.height == height)
      #expect(found.mask.width == width && found.mask.height == height)
      #expect(!found.mask.labels.contains(Mask.ignored))
    }
  }

  /// The whole of it resized would be 512 by 51,200,000 pixels.
  @Test func extremeRatioIsCheap() {
    let count = 100_000
    let thread = Image(
      width: 1, height: count, pixels: [UInt8](repeating: 200, count: 3 * count))
    let mask = Mask(width: 1, height: count, labels: [UInt8](repeating: 3, count: count))
    var random = stream()
    let found = SegmentationTransform()(thread, mask, height: 512, width: 512, random: &random)
    #expect(found.image.pixels.allSatisfy { $0 == 200 })
    #expect(found.mask.labels.allSatisfy { $0 == 3 })
  }

  @Test func dependsOnTheStreamOnly() {
    let first = result(transform, step: 5)
    let second = result(transform, step: 5)
    #expect(first.image == second.image && first.mask == second.mask)
    #expect(result(transform, step: 6).image != first.image)
  }
}
