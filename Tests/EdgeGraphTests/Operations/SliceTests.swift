import EdgeGraph
import Testing

@Suite struct SliceTests {
  @Test func takesColumns() {
    let x = Reference(shape: [2, 4], values: [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(Slice(1..<3).reference([x]) == Reference(shape: [2, 2], values: [2, 3, 6, 7]))
    #expect(Slice(4..<4).reference([x]) == Reference(shape: [2, 0], values: []))
  }

  @Test func staysWithinTheLastAxis() throws {
    #expect(try Slice(1..<4).outputShape([[5, 4]]) == [5, 3])
    #expect(throws: ShapeError.rank(expected: "1 or more", found: [])) {
      try Slice(0..<1).outputShape([[]])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 5", found: [5, 4])) {
      try Slice(1..<5).outputShape([[5, 4]])
    }
  }

  @Test func aNegativeBoundIsABug() async {
    await #expect(processExitsWith: .failure) { _ = Slice(-1..<2) }
  }

  @Test func isFree() { #expect(Slice(0..<1).cost([[5, 4]]) == Cost()) }

  @Test func splittingCoversTheAxis() {
    let parts = Tensor.input("x", shape: [2, 7]).split(widths: [3, 0, 4])
    #expect(parts.map(\.shape) == [[2, 3], [2, 0], [2, 4]])
    #expect(
      parts.map { $0.node.operation as? Slice } == [Slice(0..<3), Slice(3..<3), Slice(3..<7)])
  }
}
