import EdgeGraph
import TestSupport
import Testing

@Suite struct BatchNormalizationTests {
  let norm = BatchNormalization(epsilon: 0.25)

  /// Variances that with ε give the squares 4 and 1.
  @Test func normalizesByTheRunningStatistics() {
    let y = norm.reference([
      Reference(shape: [2, 2], values: [1, 2, 3, 4]),
      Reference(shape: [2], values: [2, 10]), Reference(shape: [2], values: [0.5, 0]),
      Reference(shape: [2], values: [1, 3]), Reference(shape: [2], values: [3.75, 0.75]),
    ])
    #expect(y == Reference(shape: [2, 2], values: [0.5, -10, 2.5, 10]))
  }

  @Test func scaleAndShiftTogetherAreTheNorm() {
    var rng = SplitMix64(seed: 5)
    let x = Reference.random([3, 4], using: &rng)
    let statistics = [-1...1, -1...1, -1...1, 0.5...2].map {
      Reference.random([4], in: $0, using: &rng)
    }
    let y = norm.reference([x] + statistics).values
    let expected = x.values.enumerated().map { index, value in
      let c = index % 4
      let (weight, bias) = (statistics[0].values[c], statistics[1].values[c])
      let (mean, variance) = (statistics[2].values[c], statistics[3].values[c])
      return (value - mean) / (variance + 0.25).squareRoot() * weight + bias
    }
    #expect(largestDifference(y, expected) < 1e-14)  // rounding of a handful of operations
  }

  @Test func keepsTheShape() throws {
    #expect(try norm.outputShape([[1, 2, 3, 4], [4], [4], [4], [4]]) == [1, 2, 3, 4])
    #expect(throws: ShapeError.rank(expected: "1 or more", found: [])) {
      try norm.outputShape([[], [4], [4], [4], [4]])
    }
  }

  @Test(arguments: 1...4)
  func everyStatisticIsAsWideAsTheChannels(wrong: Int) {
    var inputs: [Shape] = [[2, 4], [4], [4], [4], [4]]
    inputs[wrong] = [1]
    #expect(throws: ShapeError.mismatch(expected: "statistics of [4]", found: inputs)) {
      try norm.outputShape(inputs)
    }
  }

  @Test func costs() {
    #expect(
      norm.cost([[5, 4], [4], [4], [4], [4]])
        == Cost(operations: 40, bytes: 4 * (20 + 4 * 4 + 20)))
    #expect(BatchNormScale(epsilon: 0).cost([[4], [4]]) == Cost(operations: 12, bytes: 4 * 12))
    #expect(
      BatchNormShift(epsilon: 0).cost([[4], [4], [4], [4]]) == Cost(operations: 20, bytes: 4 * 20))
  }
}
