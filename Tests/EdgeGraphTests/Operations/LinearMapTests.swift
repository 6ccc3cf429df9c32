import EdgeGraph
import TestSupport
import Testing

@Suite struct LinearMapTests {
  @Test func computesByHand() {
    let x = Reference(shape: [2, 2], values: [1, 2, 3, 4])
    let weight = Reference(shape: [3, 2], values: [1, 0, 0, 1, 10, 100])
    let bias = Reference(shape: [3], values: [0.5, 0, -1])
    #expect(
      LinearMap(hasBias: true).reference([x, weight, bias])
        == Reference(shape: [2, 3], values: [1.5, 2, 209, 3.5, 4, 429]))
    #expect(
      LinearMap(hasBias: false).reference([x, weight]).values == [1, 2, 210, 3, 4, 430])
  }

  /// A linear map is a 1x1 convolution.
  @Test func agreesWithAConvolution() {
    var rng = SplitMix64(seed: 7)
    let x = Reference.random([2, 3, 2, 5], using: &rng)
    let weight = Reference.random([4, 5], using: &rng)
    let bias = Reference.random([4], using: &rng)
    let y = LinearMap(hasBias: true).reference([x, weight, bias])
    let kernel = Reference(shape: [4, 5, 1, 1], values: weight.values)
    #expect(y == Convolution(hasBias: true).reference([x, kernel, bias]))
  }

  @Test func shapes() throws {
    let linear = LinearMap(hasBias: true)
    #expect(try linear.outputShape([[2, 3, 4], [5, 4], [5]]) == [2, 3, 5])
    #expect(throws: ShapeError.rank(expected: "1 or more", found: [])) {
      try linear.outputShape([[], [5, 4], [5]])
    }
    #expect(throws: ShapeError.mismatch(expected: "a bias of [5]", found: [[4]])) {
      try linear.outputShape([[2, 4], [5, 4], [4]])
    }
  }

  @Test(arguments: [[5, 3], [5], [5, 4, 1]] as [Shape])
  func theWeightFitsTheRows(weight: Shape) {
    #expect(
      throws: ShapeError.mismatch(expected: "a weight of [out, 4]", found: [[2, 4], weight])
    ) { try LinearMap(hasBias: false).outputShape([[2, 4], weight]) }
  }

  @Test func costs() {
    #expect(
      LinearMap(hasBias: true).cost([[2, 3, 4], [5, 4], [5]])
        == Cost(multiplyAdds: 120, operations: 30, bytes: 4 * (24 + 20 + 30)))
    #expect(
      LinearMap(hasBias: false).cost([[4], [5, 4]])
        == Cost(multiplyAdds: 20, operations: 0, bytes: 4 * (4 + 20 + 5)))
  }
}
