import TestSupport
import Testing

@Suite struct AttentionGoldenTests {
  @Test(arguments: try AttentionGolden.all())
  func agreesWithPyTorch(golden: AttentionGolden) throws {
    let values = try golden.graph().evaluated(golden.given)
    #expect(values.count == golden.expected.count)
    for (found, expected) in zip(values, golden.expected) {
      // Both are in double precision, on numbers of at most 2.
      #expect(largestDifference(found.values, expected.values) < 1e-13)
    }
  }
}
