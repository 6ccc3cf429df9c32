import EdgeGraph
import Testing

@Suite struct PadTests {
  @Test func zerosSurroundEachImage() {
    let x = Reference(shape: [2, 1, 2, 2], values: [1, 2, 3, 4, 5, 6, 7, 8])
    let y = Pad(width: 1).reference([x])
    #expect(y.shape == [2, 3, 4, 2])
    let rows = stride(from: 0, to: y.values.count, by: 8).map { Array(y.values[$0..<$0 + 8]) }
    let zeros = [Double](repeating: 0, count: 8)
    #expect(
      rows == [
        zeros, [0, 0, 1, 2, 3, 4, 0, 0], zeros, zeros, [0, 0, 5, 6, 7, 8, 0, 0], zeros,
      ])
    #expect(Pad(width: 0).reference([x]) == x)
  }

  @Test func theEndHasAWidthOfItsOwn() {
    let x = Reference(shape: [1, 1, 2, 1], values: [1, 2])
    #expect(
      Pad(start: 0, end: 1).reference([x])
        == Reference(shape: [1, 2, 3, 1], values: [1, 2, 0, 0, 0, 0]))
    #expect(
      Pad(start: 1, end: 0).reference([x])
        == Reference(shape: [1, 2, 3, 1], values: [0, 0, 0, 0, 1, 2]))
  }

  @Test func shapes() throws {
    #expect(try Pad(start: 2, end: 1).outputShape([[1, 3, 4, 5]]) == [1, 6, 7, 5])
    #expect(try Pad(width: 2).outputShape([[1, 3, 4, 5]]) == [1, 7, 8, 5])
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [3, 4, 5])) {
      try Pad(width: 1).outputShape([[3, 4, 5]])
    }
  }

  @Test func costsOneCopy() {
    #expect(Pad(width: 1).cost([[1, 1, 1, 2]]) == Cost(bytes: 4 * (2 + 18)))
  }
}
