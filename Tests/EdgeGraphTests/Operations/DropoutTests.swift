import EdgeGraph
import Testing

@Suite struct DropoutTests {
  @Test func isTheIdentityAtInference() throws {
    let x = Reference(shape: [2, 2], values: [1, -2, .infinity, 0])
    let dropout = Dropout(rate: 0.5)
    #expect(dropout.reference([x]) == x)
    #expect(try dropout.outputShape([[2, 2]]) == [2, 2])
    #expect(dropout.cost([[2, 2]]) == Cost())
  }
}
