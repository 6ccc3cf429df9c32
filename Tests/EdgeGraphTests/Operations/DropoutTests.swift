import EdgeGraph
import Testing

@Suite struct DropoutTests {
  @Test(arguments: [.element, .channel] as [Dropout.Unit])
  func isTheIdentityAtInference(unit: Dropout.Unit) throws {
    let x = Reference(shape: [2, 2], values: [1, -2, .infinity, 0])
    let dropout = Dropout(rate: 0.5, of: unit)
    #expect(dropout.reference([x]) == x)
    #expect(try dropout.outputShape([[2, 2]]) == [2, 2])
    #expect(dropout.cost([[2, 2]]) == Cost())
  }

  @Test func channelsOfAnImageShareADraw() {
    let shapes: [Shape] = [[2, 3, 4, 5], [2, 3, 5], [2, 5], [5], []]
    #expect(shapes.map(Dropout(rate: 0.5).maskShape) == shapes)
    #expect(
      shapes.map(Dropout(rate: 0.5, of: .channel).maskShape)
        == [[2, 1, 1, 5], [2, 1, 5], [2, 5], [5], []])
  }
}
