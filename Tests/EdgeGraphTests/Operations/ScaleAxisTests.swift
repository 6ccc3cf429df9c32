import EdgeGraph
import Testing

@Suite struct ScaleAxisTests {
  @Test func scalesAlongEachAxis() {
    let x = Reference(shape: [2, 3, 2], values: (1...12).map(Double.init))
    func scaled(_ axis: Int, _ scale: [Double]) -> [Double] {
      ScaleAxis(axis: axis).reference([x, Reference(shape: [scale.count], values: scale)]).values
    }
    #expect(scaled(0, [1, 10]) == [1, 2, 3, 4, 5, 6, 70, 80, 90, 100, 110, 120])
    #expect(scaled(1, [1, 10, 100]) == [1, 2, 30, 40, 500, 600, 7, 8, 90, 100, 1100, 1200])
    #expect(scaled(2, [1, 0]) == [1, 0, 3, 0, 5, 0, 7, 0, 9, 0, 11, 0])
  }

  @Test(arguments: [[[2, 3], [2]], [[2], [2]], [[2, 3], [1, 3]]] as [[Shape]])
  func theScaleIsAsLongAsTheAxis(inputs: [Shape]) {
    #expect(
      throws: ShapeError.mismatch(expected: "a vector as long as axis 1", found: inputs)
    ) { try ScaleAxis(axis: 1).outputShape(inputs) }
  }

  @Test func costsOneOperationPerElement() {
    #expect(ScaleAxis(axis: 0).cost([[2, 3], [2]]) == Cost(operations: 6, bytes: 4 * 14))
  }
}
