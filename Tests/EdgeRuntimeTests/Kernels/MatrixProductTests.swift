import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct MatrixProductTests {
  private let full = MatrixProduct(
    source: .rows, hasBias: true, activation: .gelu, hasScale: true, hasResidual: true)

  @Test func shapes() throws {
    #expect(try full.outputShape([[7, 4], [3, 4], [3], [3], [7, 3]]) == [7, 3])
    let patches = MatrixProduct(source: .patches(stride: 2), hasBias: false)
    #expect(try patches.outputShape([[1, 5, 9, 4], [3, 4, 2, 2]]) == [1, 2, 4, 3])
    let overlapping = MatrixProduct(source: .patches(stride: 1), hasBias: false)
    #expect(try overlapping.outputShape([[1, 5, 9, 4], [3, 4, 2, 2]]) == [1, 4, 8, 3])
    #expect(throws: ShapeError.mismatch(expected: "a scale of [3]", found: [[1]])) {
      try full.outputShape([[7, 4], [3, 4], [3], [1], [7, 3]])
    }
    #expect(throws: ShapeError.mismatch(expected: "a residual of [7, 3]", found: [[3]])) {
      try full.outputShape([[7, 4], [3, 4], [3], [3], [3]])
    }
    #expect(
      throws: ShapeError.mismatch(expected: "a weight of [out, 4]", found: [[7, 4], [4, 3]])
    ) {
      try full.outputShape([[7, 4], [4, 3], [3], [3], [7, 3]])
    }
  }

  @Test func referenceIsTheUnfusedOnes() {
    var rng = SplitMix64(seed: 2)
    let inputs = ([[7, 4], [3, 4], [3], [3], [7, 3]] as [Shape]).map {
      Reference.random($0, using: &rng)
    }
    var y = LinearMap(hasBias: true).reference(Array(inputs[..<3]))
    y = Multiply().reference([Activation(.gelu).reference([y]), inputs[3]])
    y = Add().reference([y, inputs[4]])
    #expect(full.reference(inputs) == y)
  }

  @Test func theActivationMayComeLast() {
    var rng = SplitMix64(seed: 2)
    let inputs = ([[7, 4], [3, 4], [3], [3], [7, 3]] as [Shape]).map {
      Reference.random($0, using: &rng)
    }
    var product = full
    product.activatesSum = true
    var y = LinearMap(hasBias: true).reference(Array(inputs[..<3]))
    y = Add().reference([Multiply().reference([y, inputs[3]]), inputs[4]])
    #expect(product.reference(inputs) == Activation(.gelu).reference([y]))
  }

  @Test func costsItsProduct() {
    #expect(full.cost([[7, 4], [3, 4], [3], [3], [7, 3]]).multiplyAdds == 84)
  }
}

@Suite struct MLPBlockTests {
  private let block = MLPBlock(
    epsilon: 1e-6, activation: .hardswish, hasScale: true, hasResidual: true)
  private let inputs: [Shape] = [
    [7, 4], [4], [4], [9, 4], [9], [3, 9], [3], [3], [7, 3],
  ]

  @Test func shapes() throws {
    #expect(try block.outputShape(inputs) == [7, 3])
    var wrong = inputs
    wrong[5] = [3, 8]
    #expect(
      throws: ShapeError.mismatch(expected: "a weight of [out, 9]", found: [[7, 9], [3, 8]])
    ) { try block.outputShape(wrong) }
  }

  @Test func referenceIsTheUnfusedOnes() {
    var rng = SplitMix64(seed: 2)
    let values = inputs.map { Reference.random($0, using: &rng) }
    var y = LayerNormalization(epsilon: 1e-6).reference(Array(values[..<3]))
    y = Activation(.hardswish).reference([LinearMap(hasBias: true).reference([y] + values[3...4])])
    y = LinearMap(hasBias: true).reference([y] + values[5...6])
    y = Add().reference([Multiply().reference([y, values[7]]), values[8]])
    #expect(block.reference(values) == y)
  }

  @Test func costsBothProducts() {
    #expect(block.cost(inputs).multiplyAdds == 7 * 9 * (4 + 3))
  }
}
