import EdgeBoxes
import TestSupport
import Testing

@Suite struct AnchorGridTests {
  private let grid = AnchorGrid.ssd320

  @Test func agreesWithTheOfficialOne() throws {
    let golden = try SSDBoxesGolden().anchors
    #expect(grid.count == golden.count)
    #expect(Array(grid.values.prefix(32)) == golden.first8.joined().map { Float($0) })
    #expect(Array(grid.values.suffix(32)) == golden.last8.joined().map { Float($0) })
    var first = 0
    for (index, level) in grid.levels.enumerated() {
      let perCell = AnchorGrid.anchorsPerCell(aspectRatios: level.aspectRatios)
      #expect(level.height * level.width * perCell == golden.perLevel[index])
      let sizes = golden.sizes[index].map { Float($0) }
      #expect(Array(grid.values[4 * first + 2..<4 * first + 4]) == [sizes[0], sizes[0]])
      #expect(Array(grid.values[4 * first + 6..<4 * first + 8]) == [sizes[1], sizes[1]])
      first += golden.perLevel[index]
    }
    #expect(first == grid.count)
  }

  @Test func cellsAreInRows() {
    let grid = AnchorGrid(levels: [.init(height: 2, width: 4, aspectRatios: [])])
    #expect(grid.count == 16)
    // Two squares a cell, so every eighth number is the next cell's center.
    let centers = stride(from: 0, to: 64, by: 8).map { [grid.values[$0], grid.values[$0 + 1]] }
    let expected: [[Float]] = [
      [0.125, 0.25], [0.375, 0.25], [0.625, 0.25], [0.875, 0.25], [0.125, 0.75], [0.375, 0.75],
      [0.625, 0.75], [0.875, 0.75],
    ]
    #expect(centers == expected)
  }

  @Test func ratiosAreSortedAndDistinct() {
    let sorted = AnchorGrid(levels: [.init(height: 1, width: 1, aspectRatios: [2, 3])])
    let unsorted = AnchorGrid(levels: [.init(height: 1, width: 1, aspectRatios: [3, 2, 3])])
    #expect(sorted.values == unsorted.values && sorted.count == 6)
    #expect(AnchorGrid.anchorsPerCell(aspectRatios: [3, 2, 3]) == 6)
  }

  @Test func sizesAreClamped() {
    let grid = AnchorGrid(
      levels: [.init(height: 1, width: 1, aspectRatios: [4])], minimumSize: 0.75, maximumSize: 3)
    #expect(
      grid.values == [
        0.5, 0.5, 0.75, 0.75, 0.5, 0.5, 1, 1, 0.5, 0.5, 1, 0.375, 0.5, 0.5, 0.375, 1,
      ])
  }

  @Test func noLevels() {
    #expect(AnchorGrid(levels: []).count == 0)
  }
}
