import EdgeGraph
import TestSupport
import Testing

@Suite struct SoftmaxAttentionGradientTests {
  /// Signed values, several tokens, heads and images; the sweep's samples are all positive.
  @Test(arguments: [([2, 5, 18], 1), ([1, 4, 6, 12], 2), ([1, 3, 3, 6], 3)] as [([Int], Int)])
  func agreesWithFiniteDifferences(shape: [Int], patch: Int) throws {
    var rng = SplitMix64(seed: 13)
    let qkv = Reference.random(Shape(shape), in: -2...2, using: &rng)
    let check = try DerivativeCheck(SoftmaxAttention(heads: 2, patch: patch), inputs: [qkv])
    let derived = try #require(check.derived[0])
    #expect(largestDifference(derived.values, check.measured[0].values) < 1e-8)
  }

  /// All scores are the same whatever the queries, so that only values get a derivative: the mean
  /// of dy.
  @Test func equalKeysLeaveTheMean() {
    let qkv = Reference(shape: [1, 2, 3], values: [5, 2, 7, -3, 2, 7])
    let dy = Reference(shape: [1, 2, 1], values: [1, 4])
    let d = SoftmaxAttentionGradient(heads: 1).reference([dy, qkv])
    #expect(d == Reference(shape: [1, 2, 3], values: [0, 0, 2.5, 0, 0, 2.5]))
  }

  @Test func shapes() throws {
    let gradient = SoftmaxAttentionGradient(heads: 2)
    #expect(try gradient.outputShape([[2, 3, 4], [2, 3, 12]]) == [2, 3, 12])
    #expect(
      throws: ShapeError.mismatch(expected: "a gradient of [2, 3, 4]", found: [[2, 3, 12]])
    ) { try gradient.outputShape([[2, 3, 12], [2, 3, 12]]) }
    #expect(throws: ShapeError.extent(axis: 1, expected: "a multiple of 2", found: [2, 3, 4, 12])) {
      try SoftmaxAttentionGradient(heads: 2, patch: 2).outputShape([[2, 3, 4, 4], [2, 3, 4, 12]])
    }
  }

  @Test func costsFiveProducts() {
    let gradient = SoftmaxAttentionGradient(heads: 2, patch: 2)
    let cost = gradient.cost([[2, 4, 6, 4], [2, 4, 6, 12]])
    #expect(cost.multiplyAdds == 5 * 8 * 6 * 6 * 4)
    #expect(cost.bytes == 4 * 48 * (4 + 24))
  }
}
