import EdgeGraph
import Testing

@Suite struct MultiplyTests {
  @Test func multipliesElementByElement() {
    let a = Reference(shape: [2, 2], values: [1, 2, 3, 4])
    let b = Reference(shape: [2, 2], values: [10, 20, 30, 40])
    #expect(Multiply().reference([a, b]) == Reference(shape: [2, 2], values: [10, 40, 90, 160]))
  }

  @Test func repeatsTheSecondFactor() {
    let a = Reference(shape: [2, 1, 2], values: [1, 2, 3, 4])
    let b = Reference(shape: [1, 2], values: [10, -1])
    #expect(Multiply().reference([a, b]).values == [10, -2, 30, -4])
  }

  @Test func theFirstFactorDoesNotRepeat() {
    #expect(
      throws: ShapeError.mismatch(
        expected: "the second shape to repeat over the first", found: [[2, 1], [2, 3]])
    ) { try Multiply().outputShape([[2, 1], [2, 3]]) }
  }

  @Test func costsOneOperationPerElement() {
    #expect(Multiply().cost([[2, 3], [1]]) == Cost(operations: 6, bytes: 4 * (6 + 1 + 6)))
  }
}
