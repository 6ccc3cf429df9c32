import TestSupport
import Testing

@testable import EdgeVision

@Suite struct LabelReadingTests {
  @Test(arguments: [
    (4, 4, [0, 1, 2, 3], [1, 1, 1, 1]), (4, 2, [0, 2], [1, 1]), (2, 5, [0, 1], [3, 2]),
    (5, 3, [0, 1, 3], [1, 1, 1]), (3, 4, [0, 1, 2], [2, 1, 1]), (1, 3, [0], [3]), (9, 1, [0], [1]),
  ])
  func placesAreTheNearest(source: Int, target: Int, places: [Int], repeats: [Int]) {
    let nearest = NearestPlaces(source: source, target: target)
    #expect(nearest.places == places)
    #expect(nearest.repeats == repeats)
  }

  /// Larger, smaller and mixed, against a loop over all pixels.
  @Test(arguments: [(6, 8), (1, 1), (3, 20), (13, 5), (12, 16), (17, 19)])
  func agreesWithALoop(height: Int, width: Int) {
    let (rows, columns, classes) = (6, 8, 5)
    var rng = SplitMix64(seed: UInt64(height * 100 + width))
    let logits = rng.floats(rows * columns * classes)
    let reading = LabelReading(
      rows: NearestPlaces(source: rows, target: height),
      columns: NearestPlaces(source: columns, target: width), width: columns, classes: classes)
    let expected = (0..<height * width).map { pixel -> UInt8 in
      let (row, column) = (pixel / width * rows / height, pixel % width * columns / width)
      let start = (row * columns + column) * classes
      let scores = logits[start..<start + classes]
      return UInt8((scores.firstIndex(of: scores.max() ?? 0) ?? start) - start)
    }
    #expect(reading(logits.span) == expected)
  }

  @Test func theLowestOfEqualClassesWins() {
    let place = NearestPlaces(source: 1, target: 1)
    func label(_ logits: [Float]) -> [UInt8] {
      LabelReading(rows: place, columns: place, width: 1, classes: logits.count)(logits.span)
    }
    #expect(label([1, 3, 3]) == [1])
    #expect(label([0]) == [0])
    #expect(label([.nan, .nan]) == [0])
  }
}
