import EdgeBoxes
import FoundationEssentials
import TestSupport
import Testing

@Suite struct DetectionDecoderTests {
  /// A small grid's raw outputs, and what plain loops in float64 make of them.
  private struct Golden: Decodable {
    struct Level: Decodable {
      let height, width: Int
      let ratios: [Double]
    }

    struct Case: Decodable {
      let score, overlap: Double
      let perClass: Int
      let perImage: Int?
      /// Label, score, left, top, right, bottom.
      let detections: [[Double]]
    }

    let levels: [Level]
    let classes: Int
    let confidences, locations: [Float]
    let cases: [Case]

    init() throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(
        Self.self, from: Data(contentsOf: Repository.golden("detection/decoding.json")))
    }
  }

  @Test func agreesWithPlainLoops() throws {
    let golden = try Golden()
    let levels = golden.levels.map {
      AnchorGrid.Level(height: $0.height, width: $0.width, aspectRatios: $0.ratios)
    }
    let grid = AnchorGrid(levels: levels, minimumSize: 0.2, maximumSize: 0.9)
    var decoder = DetectionDecoder(grid: grid, classes: golden.classes)
    for expected in golden.cases {
      decoder.scoreThreshold = expected.score
      decoder.overlapThreshold = expected.overlap
      decoder.limitPerClass = expected.perClass
      decoder.limitPerImage = expected.perImage
      let detections = decoder(
        confidences: golden.confidences.span, locations: golden.locations.span)
      #expect(detections.map { Double($0.label) } == expected.detections.map { $0[0] })
      for (found, row) in zip(detections, expected.detections) {
        let box = found.box
        let values = [found.score, box.left, box.top, box.right, box.bottom]
        #expect(largestDifference(values, Array(row[1...])) < 3e-6)
      }
    }
  }

  /// Two squares with the same center: one of side 1/4 and one of side 1/2, of which it covers a
  /// quarter.
  private static let squares = AnchorGrid(
    levels: [.init(height: 1, width: 1, aspectRatios: [])], minimumSize: 0.25, maximumSize: 1)

  private func decoder(_ change: (inout DetectionDecoder) -> Void) -> DetectionDecoder {
    var decoder = DetectionDecoder(grid: Self.squares, classes: 3)
    change(&decoder)
    return decoder
  }

  private func detections(_ decoder: DetectionDecoder, _ logits: [Float]) -> [Detection] {
    let locations = [Float](repeating: 0, count: 8)
    return decoder(confidences: logits.span, locations: locations.span)
  }

  /// Scores of exactly a quarter, and an overlap of exactly a quarter.
  @Test func limitsAreStrict() {
    let even = [Float](repeating: 0, count: 8)
    #expect(detections(decoder { $0.scoreThreshold = 0.25 }, even).isEmpty)
    let all = detections(
      decoder { ($0.scoreThreshold, $0.overlapThreshold) = (0.2499, 0.25) }, even)
    #expect(all.map(\.label) == [0, 0, 1, 1, 2, 2] && all.allSatisfy { $0.score == 0.25 })
    // Of equal scores, the first anchor's is the better.
    let fewer = detections(
      decoder { ($0.scoreThreshold, $0.overlapThreshold) = (0.2499, 0.2499) }, even)
    let small = Box(left: 0.375, top: 0.375, right: 0.625, bottom: 0.625)
    #expect(fewer == (0..<3).map { Detection(box: small, label: $0, score: 0.25) })
  }

  @Test func suppressionStaysWithinAClass() {
    let found = detections(decoder { $0.overlapThreshold = 0.2 }, [0, 3, 0, 0, 0, 0, 0, 4])
    #expect(found.map(\.label) == [0, 2])
    #expect(found.map(\.box.width) == [0.25, 0.5])
  }

  @Test func theBestOfAnImage() {
    let even = [Float](repeating: 0, count: 8)
    let two = detections(
      decoder { ($0.scoreThreshold, $0.limitPerImage) = (0.1, 2) }, even)
    #expect(two.map(\.label) == [0, 0])
    #expect(detections(decoder { $0.limitPerImage = 0 }, even).isEmpty)
    #expect(detections(decoder { $0.limitPerClass = 0 }, even).isEmpty)
  }

  @Test(arguments: [Float.nan, .infinity])
  func nothingIsFoundInRowsThatAreNotFinite(value: Float) {
    let all = [Float](repeating: value, count: 8)
    #expect(detections(decoder { _ in }, all).isEmpty)
    let found = detections(decoder { _ in }, [value, 9, 9, 9, 0, 0, 0, 5])
    #expect(found.map(\.label) == [2] && found.map(\.box.width) == [0.5])
  }

  @Test func thresholdsOfZeroAndBelowKeepEverything() {
    for threshold: Double in [0, -1] {
      let found = detections(decoder { $0.scoreThreshold = threshold }, [50, 0, 0, 0, 50, 0, 0, 0])
      #expect(found.count == 6)
    }
  }
}
