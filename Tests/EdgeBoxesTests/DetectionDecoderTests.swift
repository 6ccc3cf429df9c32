import EdgeBoxes
import Foundation
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
      let scores = Self.softmax(golden.confidences, columns: golden.classes + 1)
      let detections = decoder(scores: scores.span, locations: golden.locations.span)
      #expect(detections.map { Double($0.label) } == expected.detections.map { $0[0] })
      for (found, row) in zip(detections, expected.detections) {
        let box = found.box
        let values = [found.score, box.left, box.top, box.right, box.bottom]
        #expect(largestDifference(values, Array(row[1...])) < 3e-6)
      }
    }
  }

  private static func softmax(_ logits: [Float], columns: Int) -> [Float] {
    stride(from: 0, to: logits.count, by: columns).flatMap { start in
      let row = logits[start..<start + columns].map(Double.init)
      let exponentials = row.map { exp($0 - (row.max() ?? 0)) }
      let sum = exponentials.reduce(0, +)
      return exponentials.map { Float($0 / sum) }
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

  private func detections(_ decoder: DetectionDecoder, _ scores: [Float]) -> [Detection] {
    let locations = [Float](repeating: 0, count: 8)
    return decoder(scores: scores.span, locations: locations.span)
  }

  /// Scores of exactly a quarter, and an overlap of exactly a quarter.
  @Test func limitsAreStrict() {
    let even = [Float](repeating: 0.25, count: 8)
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
    let found = detections(
      decoder { $0.overlapThreshold = 0.2 }, [0.1, 0.9, 0, 0, 0.05, 0, 0, 0.95])
    #expect(found.map(\.label) == [0, 2])
    #expect(found.map(\.box.width) == [0.25, 0.5])
  }

  /// The best of an image, of equal ones the lower anchor's; class by class all the same.
  @Test func theBestOfAnImage() {
    let even = [Float](repeating: 0.25, count: 8)
    let two = detections(decoder { $0.limitPerImage = 2 }, even)
    #expect(two.map(\.label) == [0, 1])
    let best = detections(decoder { $0.limitPerImage = 2 }, [0, 0.2, 0.1, 0.7, 0, 0, 0.6, 0.4])
    #expect(best.map(\.label) == [1, 2] && best.map(\.box.width) == [0.5, 0.25])
    #expect(detections(decoder { $0.limitPerImage = 0 }, even).isEmpty)
    #expect(detections(decoder { $0.limitPerClass = 0 }, even).isEmpty)
  }

  @Test func whatIsNoNumberIsNotFound() {
    let none = [Float](repeating: .nan, count: 8)
    #expect(detections(decoder { _ in }, none).isEmpty)
    let found = detections(
      decoder { _ in }, [.nan, .nan, .nan, .nan, 0.1, 0, 0, 0.9])
    #expect(found.map(\.label) == [2] && found.map(\.box.width) == [0.5])
  }

  @Test func thresholdsOfZeroAndBelow() {
    let scores: [Float] = [1, 0, 0, 0, 0.5, 0.5, 0, 0]
    #expect(detections(decoder { $0.scoreThreshold = 0 }, scores).map(\.label) == [0])
    #expect(detections(decoder { $0.scoreThreshold = -1 }, scores).count == 6)
  }

  /// More anchors and classes than one vector compares, against a plain loop.
  @Test(arguments: [1, 2, 3, 14, 15, 16, 80])
  func agreesWithALoop(classes: Int) {
    let levels = [(4, 5), (2, 2), (1, 1)].map {
      AnchorGrid.Level(height: $0.0, width: $0.1, aspectRatios: [2])
    }
    let grid = AnchorGrid(levels: levels)
    var rng = SplitMix64(seed: UInt64(classes))
    let scores = rng.floats(grid.count * (classes + 1), in: 0...1)
    let locations = rng.floats(grid.count * 4, in: -1...1)
    var decoder = DetectionDecoder(grid: grid, classes: classes)
    decoder.scoreThreshold = 0.4
    decoder.limitPerClass = 7
    let found = decoder(scores: scores.span, locations: locations.span)
    let boxes = BoxCoder().decode(locations.span, anchors: grid.values)
    var expected: [Detection] = []
    for label in 0..<classes {
      var kept: [Detection] = []
      let row = (0..<grid.count).map { scores[$0 * (classes + 1) + label + 1] }
      for anchor in row.indices.sorted(by: { row[$0] > row[$1] }) where row[anchor] > 0.4 {
        let corners = boxes[4 * anchor..<4 * anchor + 4].map(Double.init)
        let box = Box(left: corners[0], top: corners[1], right: corners[2], bottom: corners[3])
        if kept.count < 7, kept.allSatisfy({ $0.box.overlap(with: box) <= 0.5 }) {
          kept.append(Detection(box: box, label: label, score: Double(row[anchor])))
        }
      }
      expected += kept
    }
    #expect(found == expected && !found.isEmpty)
  }
}
