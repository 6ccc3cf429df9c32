import EdgeGraph
import Testing

@Suite struct ArgMaxTests {
  @Test func theFirstOfTheLargest() {
    let x = Reference(
      shape: [2, 3, 3],
      values: [
        1, 3, 2, 7, 7, 0, -5, -5, -1, .nan, 1, 2, .nan, .nan, .nan, -.infinity, .infinity, 9,
      ])
    #expect(
      ArgMax().reference([x]) == Reference(shape: [2, 3], values: [1, 0, 2, 2, 0, 1]))
  }

  @Test func shapes() throws {
    #expect(try ArgMax().outputShape([[2, 3, 4, 21]]) == [2, 3, 4])
    #expect(throws: ShapeError.rank(expected: "at least 2", found: [4])) {
      try ArgMax().outputShape([[4]])
    }
    #expect(throws: ShapeError.extent(axis: 2, expected: "at least 1", found: [2, 3, 0])) {
      try ArgMax().outputShape([[2, 3, 0]])
    }
  }
}
