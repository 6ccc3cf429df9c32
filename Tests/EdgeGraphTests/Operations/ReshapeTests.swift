import EdgeGraph
import Testing

@Suite struct ReshapeTests {
  @Test func keepsTheElementsInOrder() {
    let x = Reference(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    #expect(Reshape([3, 1, 2]).reference([x]) == Reference(shape: [3, 1, 2], values: x.values))
  }

  @Test func theCountsAgree() throws {
    #expect(try Reshape([3, 2]).outputShape([[2, 3]]) == [3, 2])
    #expect(try Reshape([]).outputShape([[1, 1]]) == [])
    #expect(
      throws: ShapeError.mismatch(expected: "as many elements as in [5]", found: [[2, 3]])
    ) { try Reshape([5]).outputShape([[2, 3]]) }
  }

  @Test func isFree() { #expect(Reshape([6]).cost([[2, 3]]) == Cost()) }
}
