import EdgeGraph
import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeData

@Suite struct BatchMixingTests {
  struct Goldens: Decodable {
    let mixed: [Mixed]
    let boxes: [Box]
  }

  struct Mixed: Decodable {
    let mode: String
    let cut: Bool
    let images, targets: [Float]
  }

  struct Box: Decodable {
    let height, width: Int
    let share: Double
    let center, box: [Int]
    let corrected: Double
  }

  let goldens: Goldens

  init() throws { goldens = try augmentationGoldens("mixing", as: Goldens.self) }

  @Test func boxesAreTimms() {
    for golden in goldens.boxes {
      let blend = PictureBlend.cut(
        share: golden.share, centerX: golden.center[1], centerY: golden.center[0],
        height: golden.height, width: golden.width)
      #expect(
        blend.window
          == PixelWindow(
            x: golden.box[0], y: golden.box[1], width: golden.box[2], height: golden.box[3]))
      #expect(blend.share == Float(golden.corrected))
    }
  }

  /// The draws of `make.py`: shares 0.3, 1, 0.65 and 0.8, of which the first and the third cut,
  /// centered at (1, 3) and (5, 0).
  private func blends(_ mode: String, cut: Bool) -> [PictureBlend] {
    func blend(_ share: Double, x: Int, y: Int) -> PictureBlend {
      cut
        ? .cut(share: share, centerX: x, centerY: y, height: 5, width: 6)
        : PictureBlend(share: Float(share), window: nil)
    }
    let first = blend(0.3, x: 1, y: 3)
    let third = blend(Double(Float(0.65)), x: 5, y: 0)
    switch mode {
    case "batch": return [first, first, first, first]
    case "pair": return [first, .none, .none, first]
    default: return [first, .none, third, PictureBlend(share: 0.8, window: nil)]
    }
  }

  @Test func mixesAsTimm() {
    for golden in goldens.mixed {
      var images = (0..<4 * 5 * 6 * 3).map { index -> Float in
        Float(noise(index)) / 64 - 2
      }
      var targets = [Float](repeating: .nan, count: 12)
      var targetSpan = targets.mutableSpan
      BatchMixing.writeTargets([0, 2, 1, 1], classes: 3, into: &targetSpan)
      var imageSpan = images.mutableSpan
      BatchMixer(blends: blends(golden.mode, cut: golden.cut), height: 5, width: 6)
        .mix(images: &imageSpan, targets: &targetSpan)
      #expect(worst(images, golden.images) < 2e-6, "\(golden.mode) \(golden.cut)")
      #expect(worst(targets, golden.targets) < 2e-6, "\(golden.mode) \(golden.cut)")
    }
  }

  private func worst(_ found: [Float], _ expected: [Float]) -> Float {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).map { abs($0 - $1) }.max() ?? 0
  }

  @Test func targetsAreSmoothed() {
    var targets = [Float](repeating: .nan, count: 8)
    var span = targets.mutableSpan
    BatchMixing.writeTargets([2, 0], classes: 4, smoothing: 0.2, into: &span)
    #expect(worst(targets, [0.05, 0.05, 0.85, 0.05, 0.85, 0.05, 0.05, 0.05]) < 1e-7)
  }

  /// Whatever is drawn, targets keep their sum, and windows fit their shares.
  @Test(arguments: BatchMixing.Mode.allCases, [1, 4, 5])
  func drawsAreConsistent(mode: BatchMixing.Mode, count: Int) {
    let mixing = BatchMixing(mixup: 0.8, cutmix: 1, mode: mode)
    var random = stream("\(mode)\(count)")
    var cuts = 0
    for _ in 0..<200 {
      let blends = mixing.blends(count: count, height: 12, width: 10, random: &random)
      #expect(blends.count == count)
      for (index, blend) in blends.enumerated() {
        #expect((0...1).contains(blend.share))
        if mode != .elem { #expect(blend == blends[count - 1 - index]) }
        if mode == .batch { #expect(blend == blends[0]) }
        guard let window = blend.window else { continue }
        cuts += 1
        #expect(window.clamped(width: 10, height: 12) == window)
        #expect(blend.share == Float(1 - Double(window.width * window.height) / 120))
      }
    }
    #expect((60 * count...140 * count).contains(cuts))
  }

  @Test func mixesInPlace() {
    var random = stream()
    var images = (0..<6 * 4 * 4 * 3).map { Float(noise($0)) }
    let before = images
    var targets = [Float](repeating: 0, count: 6 * 5)
    var imageSpan = images.mutableSpan
    var targetSpan = targets.mutableSpan
    BatchMixing.writeTargets([0, 1, 2, 3, 4, 0], classes: 5, smoothing: 0, into: &targetSpan)
    BatchMixing(mixup: 1)(
      images: &imageSpan, targets: &targetSpan, count: 6, height: 4, width: 4, random: &random)
    #expect(images != before)
    let share = targets[0] + 0
    // Picture 0 and 5 are of one class, 1 and 4 of two.
    #expect(abs(share - 1) < 1e-6)
    let second = targets[5 + 1]
    #expect(abs(images[48] - (before[48] * second + before[4 * 48] * (1 - second))) < 1e-3)
  }

  @Test func probabilityIsOneUnlessGiven() {
    #expect(BatchMixing(mixup: 0.8).isActive)
    #expect(!BatchMixing(mixup: 0.8, probability: 0).isActive)
    #expect(!BatchMixing().isActive)
    #expect(BatchMixing(cutmixSides: 0.2...0.8).isActive)
    var random = stream()
    let half = BatchMixing(mixup: 1, probability: 0.5, mode: .elem)
      .blends(count: 1000, height: 2, width: 2, random: &random)
    #expect((430...570).contains(half.count { $0 == .none }))
  }

  @Test func sidesFollowTheRange() throws {
    var random = stream()
    let mixing = BatchMixing(cutmixSides: 0.25...0.75, mode: .elem)
    for blend in mixing.blends(count: 500, height: 16, width: 20, random: &random) {
      let window = try #require(blend.window)
      // As in Python's randint, the upper end isn't reached.
      #expect((4..<12).contains(window.height) && (5..<15).contains(window.width))
    }
    let one = BatchMixing(cutmixSides: 0.5...0.5)
      .blends(count: 1, height: 8, width: 8, random: &random)
    #expect(one[0].window?.width == 4)
  }
}
