import EdgeGraph
import Testing

@Suite struct SpatialMeanGradientTests {
  private let gradient = SpatialMeanGradient(height: 2, width: 1)

  @Test func everyPixelGetsItsShare() {
    let dx = gradient.reference([Reference(shape: [2, 2], values: [2, 4, 6, 8])])
    #expect(dx == Reference(shape: [2, 2, 1, 2], values: [1, 2, 1, 2, 3, 4, 3, 4]))
  }

  @Test func shapes() throws {
    #expect(try gradient.outputShape([[3, 5]]) == [3, 2, 1, 5])
    #expect(throws: ShapeError.rank(expected: "2 [n, c]", found: [3])) {
      try gradient.outputShape([[3]])
    }
    #expect(gradient.cost([[3, 5]]) == Cost(operations: 15, bytes: 4 * 45))
  }
}
