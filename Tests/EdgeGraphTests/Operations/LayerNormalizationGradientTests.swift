import EdgeGraph
import TestSupport
import Testing

@Suite struct LayerNormalizationGradientTests {
  let gradient = LayerNormalizationGradient(epsilon: 3)

  /// The row 1, 3 has mean 2 and variance 1; with ε = 3 the divisor is 2 and x' is ∓1/2. With
  /// g = (2, 8) and means 5 and 1.5: dx = (2 − 5 + 0.75, 8 − 5 − 0.75) / 2.
  @Test func computesByHand() {
    let y = gradient.reference([
      Reference(shape: [1, 2], values: [1, 2]), Reference(shape: [1, 2], values: [1, 3]),
      Reference(shape: [2], values: [2, 4]),
    ])
    #expect(y == Reference(shape: [6], values: [-1.125, 1.125, -0.5, 1, 1, 2]))
  }

  @Test func shapes() throws {
    #expect(try gradient.outputShape([[1, 2, 4], [1, 2, 4], [4]]) == [16])
    #expect(throws: ShapeError.rank(expected: "1 or more", found: [])) {
      try gradient.outputShape([[], [], [4]])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 1", found: [2, 0])) {
      try gradient.outputShape([[2, 0], [2, 0], [0]])
    }
  }

  @Test(arguments: [[[2, 4], [2, 4], [1]], [[4], [2, 4], [4]]] as [[Shape]])
  func shapesFitEachOther(inputs: [Shape]) {
    let expected = "a gradient of [2, 4], an input of the same shape, a weight of [4]"
    #expect(throws: ShapeError.mismatch(expected: expected, found: inputs)) {
      try gradient.outputShape(inputs)
    }
  }

  @Test func costsSixteenOperationsPerElement() {
    #expect(
      gradient.cost([[5, 4], [5, 4], [4]]) == Cost(operations: 320, bytes: 4 * (3 * 20 + 3 * 4)))
  }
}
