import EdgeGraph
import Testing

@Suite struct ConcatenateTests {
  @Test func putsRowsSideBySide() {
    let parts = [
      Reference(shape: [2, 2], values: [1, 2, 3, 4]), Reference(shape: [2, 1], values: [5, 6]),
      Reference(shape: [2, 0], values: []), Reference(shape: [2, 2], values: [7, 8, 9, 10]),
    ]
    #expect(
      Concatenate().reference(parts)
        == Reference(shape: [2, 5], values: [1, 2, 5, 7, 8, 3, 4, 6, 9, 10]))
  }

  @Test func sumsTheLastExtents() throws {
    #expect(try Concatenate().outputShape([[2, 3, 4], [2, 3, 1]]) == [2, 3, 5])
    #expect(try Concatenate().outputShape([[4]]) == [4])
  }

  @Test(arguments: [[], [[]], [[], [1]]] as [[Shape]])
  func takesAtLeastOneTensorWithAnAxis(inputs: [Shape]) {
    #expect(
      throws: ShapeError.mismatch(
        expected: "one tensor or more, of rank 1 or more", found: inputs)
    ) { try Concatenate().outputShape(inputs) }
  }

  @Test(arguments: [[[2, 3], [3, 3]], [[2, 3], [3]], [[1, 2, 3], [2, 3]]] as [[Shape]])
  func theOtherAxesAgree(inputs: [Shape]) {
    #expect(
      throws: ShapeError.mismatch(
        expected: "shapes that agree in all axes but the last", found: inputs)
    ) { try Concatenate().outputShape(inputs) }
  }

  @Test func costsACopyAtMost() {
    #expect(Concatenate().cost([[2, 3], [2, 1]]) == Cost(bytes: 8 * 8))
  }
}
