import EdgeGraph
import Testing

@Suite struct ShapeTests {
  @Test func countsElementsRowsAndColumns() {
    let image: Shape = [2, 3, 4, 5]
    #expect(image.rank == 4 && image.count == 120 && image.rows == 24 && image.columns == 5)
    let scalar: Shape = []
    #expect(scalar.rank == 0 && scalar.count == 1 && scalar.rows == 1 && scalar.columns == 1)
    let empty: Shape = [3, 0]
    #expect(empty.count == 0 && empty.rows == 3 && empty.columns == 0)
  }

  @Test func negativeAxesCountFromTheEnd() {
    let shape: Shape = [2, 3, 4]
    #expect(shape[0] == 2 && shape[-1] == 4 && shape[-3] == 2)
    #expect(shape.replacing(axis: -1, with: 9) == [2, 3, 9])
    #expect(shape.replacing(axis: 0, with: 9) == [9, 3, 4])
  }

  @Test func describesItself() {
    #expect("\(Shape([2, 3]))" == "[2, 3]")
    #expect("\(Shape([]))" == "[]")
  }

  @Test func checksWhatComesFromOutside() {
    #expect(Shape(checking: []) == [])
    #expect(Shape(checking: [2, 3]) == [2, 3])
    #expect(Shape(checking: [5, 0]) == [5, 0])
    #expect(Shape(checking: [-1]) == nil)
    #expect(Shape(checking: [-1, 0]) == nil)
    #expect(Shape(checking: [0, -1]) == nil)
    #expect(Shape(checking: [-2, -3]) == nil)
    #expect(Shape(checking: [.max, 2]) == nil)
    #expect(Shape(checking: [.min, .min]) == nil)
    #expect(Shape(checking: [1 << 40]) == [1 << 40])
    #expect(Shape(checking: [1 << 20, 1 << 20, 2]) == nil)
    #expect(Shape(checking: [3, 4], limit: 12) == [3, 4])
    #expect(Shape(checking: [3, 4], limit: 11) == nil)
  }

  /// Nothing that is computed from a checked shape overflows, wherever the empty axis is.
  @Test(arguments: [[0, .max, .max], [.max, .max, 0], [.max, 0, .max], [0, 1 << 39, 4]])
  func emptyShapesKeepTheLimitInTheirOtherAxes(dimensions: [Int]) {
    #expect(Shape(checking: dimensions) == nil)
  }

  @Test func aNegativeExtentIsABug() async {
    await #expect(processExitsWith: .failure) { _ = Shape([2, -1]) }
  }
}
