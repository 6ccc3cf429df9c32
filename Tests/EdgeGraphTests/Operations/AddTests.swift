import EdgeGraph
import Testing

@Suite struct AddTests {
  @Test func addsElementByElement() {
    let a = Reference(shape: [2, 2], values: [1, 2, 3, 4])
    let b = Reference(shape: [2, 2], values: [10, 20, 30, 40])
    #expect(Add().reference([a, b]) == Reference(shape: [2, 2], values: [11, 22, 33, 44]))
  }

  @Test func repeatsTheSecondOperand() {
    let a = Reference(shape: [2, 2], values: [1, 2, 3, 4])
    let row = Reference(shape: [2], values: [10, 20])
    let column = Reference(shape: [2, 1], values: [10, 20])
    #expect(Add().reference([a, row]).values == [11, 22, 13, 24])
    #expect(Add().reference([a, column]).values == [11, 12, 23, 24])
  }

  @Test func theFirstOperandDoesNotRepeat() {
    #expect(
      throws: ShapeError.mismatch(
        expected: "the second shape to repeat over the first", found: [[3], [2, 3]])
    ) { try Add().outputShape([[3], [2, 3]]) }
  }

  @Test func costsOneOperationPerElement() {
    #expect(Add().cost([[2, 3], [3]]) == Cost(operations: 6, bytes: 4 * (6 + 3 + 6)))
  }
}
