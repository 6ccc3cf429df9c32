import EdgeGraph
import TestSupport
import Testing

/// Cross-entropy, binary cross-entropy and distillation.
@Suite struct LossTests {
  @Test(arguments: try LossGolden().cases)
  func agreesWithPyTorch(golden: LossGolden.Case) throws {
    let values = try golden.graph().evaluated(golden.inputs)
    for (found, expected) in zip(values, [golden.loss, golden.gradient]) {
      #expect(found.values.count == expected.count)
      for (a, b) in zip(found.values, expected) {
        // Both are in double precision.
        #expect(abs(a - b) <= 1e-12 * max(1, abs(b)))
      }
    }
  }

  /// One-hot targets: the negative logarithm of the class's probability.
  @Test func crossEntropyOfOneClass() {
    let loss = CrossEntropy().reference([
      Reference(shape: [1, 2], values: [0, 0]), Reference(shape: [1, 2], values: [0, 1]),
    ])
    #expect(abs(loss.values[0] - 0.6931471805599453) < 1e-15)
  }

  /// A class that is ruled out doesn't make the loss NaN.
  @Test func aClassWithoutWeightMayBeImpossible() {
    let loss = CrossEntropy().reference([
      Reference(shape: [1, 3], values: [0, -.infinity, 0]),
      Reference(shape: [1, 3], values: [1, 0, 0]),
    ])
    #expect(abs(loss.values[0] - 0.6931471805599453) < 1e-15)
  }

  @Test func aStudentThatAgreesLosesNothing() {
    let logits = Reference(shape: [2, 3], values: [1, 2, 3, -5, 0, 5])
    let loss = DistillationDivergence(temperature: 2).reference([logits, logits])
    #expect(loss.values == [0, 0])
  }

  /// The scaling that the documentation states.
  @Test func publishedDistillationLossesFollow() throws {
    let golden = try LossGolden()
    func mean(temperature: Double) throws -> (mean: Double, classes: Double) {
      let test = try #require(golden.cases.first { $0.temperature == temperature })
      let loss = try test.graph().evaluated(test.inputs)[0].values
      return (loss.reduce(0, +) / Double(loss.count), Double(test.shape[1]))
    }
    let deit = try mean(temperature: 3)
    #expect(abs(deit.mean * 9 / deit.classes - golden.deit) < 1e-12)
    #expect(abs(try mean(temperature: 1).mean * 5 - golden.usi) < 1e-12)
  }

  @Test(
    arguments: [
      CrossEntropy(), BinaryCrossEntropy(), DistillationDivergence(temperature: 1),
    ] as [any Operation])
  func shapesHaveToMatch(loss: any Operation) throws {
    #expect(try loss.outputShape([[5, 3], [5, 3]]) == [5])
    #expect(throws: ShapeError.rank(expected: "2", found: [3])) {
      try loss.outputShape([[3], [3]])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 1", found: [5, 0])) {
      try loss.outputShape([[5, 0], [5, 0]])
    }
    #expect(
      throws: ShapeError.mismatch(
        expected: "two matrices [n, k] of one shape", found: [[5, 3], [5, 4]])
    ) { try loss.outputShape([[5, 3], [5, 4]]) }
  }

  @Test(
    arguments: [
      CrossEntropyGradient(), BinaryCrossEntropyGradient(),
      DistillationDivergenceGradient(temperature: 1),
    ] as [any Operation])
  func gradientShapesHaveToMatch(gradient: any Operation) throws {
    #expect(try gradient.outputShape([[5], [5, 3], [5, 3]]) == [5, 3])
    #expect(throws: ShapeError.mismatch(expected: "a gradient of [5]", found: [[4]])) {
      try gradient.outputShape([[4], [5, 3], [5, 3]])
    }
  }

  @Test func costsCountTheLogits() {
    #expect(CrossEntropy().cost([[5, 3], [5, 3]]) == Cost(operations: 150, bytes: 4 * 35))
    #expect(
      CrossEntropyGradient().cost([[5], [5, 3], [5, 3]])
        == Cost(operations: 150, bytes: 4 * 50))
  }
}
