import EdgeGraph
import TestSupport
import Testing

@Suite struct LayerNormalizationTests {
  /// The row 1, 3 has mean 2 and variance 1; with ε = 3 the divisor is 2.
  @Test func computesByHand() {
    let y = LayerNormalization(epsilon: 3).reference([
      Reference(shape: [2, 2], values: [1, 3, 5, 5]),
      Reference(shape: [2], values: [2, 4]), Reference(shape: [2], values: [0, 10]),
    ])
    #expect(y == Reference(shape: [2, 2], values: [-1, 12, 0, 10]))
  }

  @Test(arguments: [1, 2, 5, 64])
  func rowsHaveMeanZeroAndVarianceOne(columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    let x = Reference.random([3, columns], in: 100...101, using: &rng)
    let one = Reference(shape: [columns], values: [Double](repeating: 1, count: columns))
    let zero = Reference(shape: [columns], values: [Double](repeating: 0, count: columns))
    let y = LayerNormalization(epsilon: 0.5e-12).reference([x, one, zero]).values
    for row in 0..<3 {
      let values = y[row * columns..<(row + 1) * columns]
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(columns)
      #expect(abs(values.reduce(0, +)) < 1e-9)  // values around 100 lose two digits
      #expect(abs(square - (columns == 1 ? 0 : 1)) < 1e-9)  // ε shrinks it by about 10⁻¹¹
    }
  }

  @Test func shapes() throws {
    let norm = LayerNormalization(epsilon: 1e-6)
    #expect(try norm.outputShape([[1, 2, 4], [4], [4]]) == [1, 2, 4])
    #expect(throws: ShapeError.rank(expected: "1 or more", found: [])) {
      try norm.outputShape([[], [4], [4]])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 1", found: [2, 0])) {
      try norm.outputShape([[2, 0], [0], [0]])
    }
  }

  @Test(arguments: [[[2, 4], [1], [4]], [[2, 4], [4], [4, 1]]] as [[Shape]])
  func weightAndBiasAreAsWideAsTheRows(inputs: [Shape]) {
    #expect(throws: ShapeError.mismatch(expected: "a weight and a bias of [4]", found: inputs)) {
      try LayerNormalization(epsilon: 1e-6).outputShape(inputs)
    }
  }

  @Test func costsEightOperationsPerElement() {
    #expect(
      LayerNormalization(epsilon: 0).cost([[5, 4], [4], [4]])
        == Cost(operations: 160, bytes: 4 * (20 + 4 + 4 + 20)))
  }
}
