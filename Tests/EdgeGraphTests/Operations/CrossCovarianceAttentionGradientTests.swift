import EdgeGraph
import TestSupport
import Testing

@Suite struct CrossCovarianceAttentionGradientTests {
  private let gradient = CrossCovarianceAttentionGradient(heads: 2)

  /// Signed values, several tokens, heads wider than two; the sweep's samples are all positive.
  @Test func agreesWithFiniteDifferences() throws {
    var rng = SplitMix64(seed: 13)
    let inputs = ([[2, 5, 18], [2, 1, 1]] as [Shape]).map { Reference.random($0, using: &rng) }
    let check = try DerivativeCheck(CrossCovarianceAttention(heads: 2), inputs: inputs)
    for (derived, measured) in zip(check.derived, check.measured) {
      #expect(largestDifference(derived?.values ?? [], measured.values) < 1e-7)
    }
  }

  /// Within 10⁻¹² of a column of zeros the divisor is a constant, and the query grows with x.
  @Test(arguments: [0, 1])
  func aZeroColumnIsDividedByAConstant(part: Int) throws {
    var rng = SplitMix64(seed: 17)
    var inputs = ([[1, 4, 9], [1, 1, 1]] as [Shape]).map { Reference.random($0, using: &rng) }
    let places = (0..<4).map { $0 * 9 + part * 3 + 1 }
    for place in places { inputs[0].values[place] = 0 }
    let check = try DerivativeCheck(
      CrossCovarianceAttention(heads: 1), inputs: inputs, step: 1e-15)
    let derived = try #require(check.derived[0])
    for place in places {
      let measured = check.measured[0].values[place]
      // The query reaches a thousandth: its square is the differences' error.
      #expect(abs(derived.values[place] - measured) < 1e-5 * abs(measured))
      #expect(abs(measured) > 1e9)
    }
  }

  @Test func shapes() throws {
    #expect(try gradient.outputShape([[2, 3, 4], [2, 3, 12], [2, 1, 1]]) == [74])
    #expect(
      throws: ShapeError.mismatch(expected: "a gradient of [2, 3, 4]", found: [[2, 3, 12]])
    ) { try gradient.outputShape([[2, 3, 12], [2, 3, 12], [2, 1, 1]]) }
  }

  @Test func costsFiveProducts() {
    #expect(gradient.cost([[2, 3, 4], [2, 3, 12], [2, 1, 1]]).multiplyAdds == 5 * 6 * 4 * 2)
  }
}
