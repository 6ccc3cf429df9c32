import EdgeGraph
import TestSupport
import Testing

/// Batch norm by the statistics of its own input, as one operation: what the derivative is that of.
private struct NormalizedByItsBatch: DifferentiableOperation {
  static let name = "normalized_by_its_batch"
  let norm = BatchNormalizationTraining(epsilon: 0.01)

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
  func cost(_ inputs: [Shape]) -> Cost { Cost() }

  func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let statistics = Tensor(BatchStatistics(), [inputs[0]])
    return norm.pullback(dy, inputs: inputs + [statistics], output: output).dropLast()
  }

  func reference(_ inputs: [Reference]) -> Reference {
    norm.reference(inputs + [BatchStatistics().reference([inputs[0]])])
  }
}

@Suite struct BatchNormalizationTrainingTests {
  let norm = BatchNormalizationTraining(epsilon: 0.25)

  @Test func derivativeGoesThroughTheStatistics() throws {
    var rng = SplitMix64(seed: 3)
    let inputs = ([[2, 3, 4], [4], [4]] as [Shape]).map { Reference.random($0, using: &rng) }
    let check = try DerivativeCheck(NormalizedByItsBatch(), inputs: inputs)
    for (derived, measured) in zip(check.derived, check.measured) {
      // The step's square, and rounding divided by the step.
      #expect(largestDifference(derived?.values ?? [], measured.values) < 1e-7)
    }
  }

  @Test func nothingFlowsToTheStatistics() throws {
    let inputs = ([[2, 4], [4], [4], [2, 4]] as [Shape]).enumerated().map {
      Tensor.input("x\($0)", shape: $1)
    }
    let y = Tensor(norm, inputs)
    let results = norm.pullback(y, inputs: inputs, output: y)
    #expect(results.map { $0?.shape } == [[2, 4], [4], [4], nil])
  }

  /// Means 2 and 4, variances 3.75 and 0.75, which with ε give the divisors 2 and 1.
  @Test func normalizesByTheStatistics() {
    let y = norm.reference([
      Reference(shape: [2, 2], values: [4, 5, 2, 3]), Reference(shape: [2], values: [2, 10]),
      Reference(shape: [2], values: [0.5, 0]),
      Reference(shape: [2, 2], values: [2, 4, 3.75, 0.75]),
    ])
    #expect(y == Reference(shape: [2, 2], values: [2.5, 10, 0.5, -10]))
  }

  @Test(arguments: 1...3)
  func shapesFitEachOther(wrong: Int) throws {
    var inputs: [Shape] = [[2, 3, 4], [4], [4], [2, 4]]
    #expect(try norm.outputShape(inputs) == [2, 3, 4])
    inputs[wrong] = [1]
    let expected = "a weight and a bias of [4], statistics of [2, 4]"
    #expect(throws: ShapeError.mismatch(expected: expected, found: inputs)) {
      try norm.outputShape(inputs)
    }
  }

  @Test(arguments: [0, 2, 3])
  func shapesOfTheGradientFitEachOther(wrong: Int) throws {
    let gradient = BatchNormalizationTrainingGradient(epsilon: 0)
    var inputs: [Shape] = [[2, 3, 4], [2, 3, 4], [4], [2, 4]]
    #expect(try gradient.outputShape(inputs) == [32])
    inputs[wrong] = [1]
    let expected = "a gradient of [2, 3, 4], a weight of [4], statistics of [2, 4]"
    #expect(throws: ShapeError.mismatch(expected: expected, found: inputs)) {
      try gradient.outputShape(inputs)
    }
  }

  @Test func statisticsByHand() throws {
    let x = Reference(shape: [2, 2, 2], values: [1, 0, 2, 4, 3, 0, 6, 4])
    let y = BatchStatistics().reference([x])
    #expect(y == Reference(shape: [2, 2], values: [3, 2, 3.5, 4]))
    #expect(throws: ShapeError.extent(axis: 0, expected: "at least 1", found: [0, 4])) {
      try BatchStatistics().outputShape([[0, 4]])
    }
    #expect(throws: ShapeError.rank(expected: "1 or more", found: [])) {
      try BatchStatistics().outputShape([[]])
    }
  }

  @Test func runningAverageByHand() throws {
    let old = Reference(shape: [2], values: [1, 2])
    let statistics = Reference(shape: [2, 2], values: [5, 6, 8, 16])
    let mean = RunningAverage(momentum: 0.25, row: 0)
    #expect(mean.reference([old, statistics]).values == [2, 3])
    let variance = RunningAverage(momentum: 0.25, row: 1, correction: 1.5)
    #expect(variance.reference([old, statistics]).values == [3.75, 7.5])
    #expect(
      throws: ShapeError.mismatch(expected: "statistics of [2, 2]", found: [[2], [2, 3]])
    ) { try mean.outputShape([[2], [2, 3]]) }
  }
}
