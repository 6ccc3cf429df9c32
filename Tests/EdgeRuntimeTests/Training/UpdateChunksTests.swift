import EdgeGraph
import Testing

@testable import EdgeRuntime

@Suite struct UpdateChunksTests {
  private let layout = ParameterLayout([
    ("small", [5], true), ("large", [40_000], true), ("frozen", [20_000], true),
    ("last", [3], true),
    ("empty", [0], true), ("mean", [7], false),
  ])

  private var groups: [ParameterGroup] {
    layout.entries.map { ParameterGroup(isFrozen: $0.name == "frozen") }
  }

  @Test func coversWhatIsTrained() {
    let chunks = UpdateChunks(layout, groups: groups)
    let covered = chunks.pieces.flatMap(\.range)
    let expected = layout.entries.filter { ["small", "large", "last"].contains($0.name) }
    #expect(covered == expected.flatMap(\.range))
    #expect(chunks.count == covered.count)
    for piece in chunks.pieces {
      let entry = layout.entries[piece.entry].range
      #expect(entry.lowerBound <= piece.range.lowerBound)
      #expect(piece.range.upperBound <= entry.upperBound)
    }
  }

  @Test func itemsAreOfAboutTheSameSize() {
    let chunks = UpdateChunks(layout, groups: groups)
    #expect(chunks.items.flatMap { $0 } == Array(chunks.pieces.indices))
    let counts = chunks.items.map { item in
      chunks.pieces[item].reduce(0) { $0 + $1.range.count }
    }
    #expect(counts == [16_389, 16_384, 7_235])
  }

  @Test func nothingIsNoItem() {
    let chunks = UpdateChunks(ParameterLayout([]), groups: [])
    #expect(chunks.items.isEmpty && chunks.count == 0)
    #expect(UpdateChunks.ranges(5..<5).isEmpty)
  }
}
