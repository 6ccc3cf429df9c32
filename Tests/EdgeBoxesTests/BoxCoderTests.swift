import EdgeBoxes
import TestSupport
import Testing

@Suite struct BoxCoderTests {
  private let coder = BoxCoder()

  @Test func decodesAsTheOfficialCode() throws {
    let golden = try SSDBoxesGolden()
    let locations = golden.locationsFirst16.map { Float($0) }
    let anchors = Array(AnchorGrid.ssd320.values.prefix(16))
    let boxes = coder.decode(locations.span, anchors: anchors)
    #expect(largestDifference(boxes.map(Double.init), golden.decodedFirst16) < 1e-7)
  }

  /// The stored targets have 7 digits.
  @Test func encodesAsTheOfficialCode() throws {
    let golden = try SSDBoxesGolden().lossCase
    let values = AnchorGrid.ssd320.values
    let anchors = golden.positiveAnchors.flatMap { Array(values[4 * $0..<4 * $0 + 4]) }
    let boxes = try golden.positiveLabels.flatMap { label in
      let object = try #require(golden.gtLabels.firstIndex(of: label))
      return golden.gtBoxesCorner[object].map { Float($0) }
    }
    let offsets = coder.encode(boxes, anchors: anchors).map(Double.init)
    #expect(largestDifference(offsets, Array(golden.positiveTargets.joined())) < 3e-6)
  }

  @Test func decodingUndoesEncoding() {
    var random = SplitMix64(seed: 3)
    let coder = BoxCoder(centerVariance: 0.3, sizeVariance: 0.7)
    let anchors = random.floats(40, in: 0.1...1)
    let locations = random.floats(40, in: -2...2)
    let boxes = coder.decode(locations.span, anchors: anchors)
    let again = coder.encode(boxes, anchors: anchors)
    #expect(largestDifference(again.map(Double.init), locations.map(Double.init)) < 1e-4)
  }

  @Test func nothing() {
    #expect(coder.encode([], anchors: []).isEmpty)
    #expect(coder.decode([Float]().span, anchors: []).isEmpty)
  }
}
