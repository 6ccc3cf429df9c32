import EdgeGraph
import Testing

@Suite struct SpatialMeanTests {
  @Test func averagesEachChannelOfEachImage() {
    let x = Reference(
      shape: [2, 1, 2, 2], values: [1, 10, 3, 30, -1, 0, 0, 8])
    #expect(SpatialMean().reference([x]) == Reference(shape: [2, 2], values: [2, 20, -0.5, 4]))
  }

  @Test func shapes() throws {
    #expect(try SpatialMean().outputShape([[2, 3, 4, 5]]) == [2, 5])
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [3, 4, 5])) {
      try SpatialMean().outputShape([[3, 4, 5]])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 1", found: [2, 0, 4, 5])) {
      try SpatialMean().outputShape([[2, 0, 4, 5]])
    }
  }

  @Test func costsOneOperationPerPixelAndChannel() {
    #expect(SpatialMean().cost([[2, 3, 4, 5]]) == Cost(operations: 120, bytes: 4 * 130))
  }
}
