import EdgeGraph
import Testing

@Suite struct StochasticDepthTests {
  @Test func isTheIdentityAtInference() throws {
    let x = Reference(shape: [2, 2], values: [1, -2, .infinity, 0])
    let drop = StochasticDepth(rate: 0.5)
    #expect(drop.reference([x]) == x)
    #expect(try drop.outputShape([[2, 2]]) == [2, 2])
    #expect(drop.cost([[2, 2]]) == Cost())
  }
}
