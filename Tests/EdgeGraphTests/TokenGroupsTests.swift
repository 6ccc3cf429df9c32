import EdgeGraph
import Testing

@Suite struct TokenGroupsTests {
  @Test func withoutPatchesAnImageIsAGroup() {
    let groups = TokenGroups([2, 2, 3, 12], patch: 1)
    #expect(groups.count == 2 && groups.tokens == 6 && groups.columns == 6)
    #expect(groups.rows(0) == [0, 1, 2, 3, 4, 5])
    #expect(groups.rows(1) == [6, 7, 8, 9, 10, 11])
  }

  /// A 2 x 4 image of 2 x 2 patches: two tokens for each of four offsets.
  @Test func anOffsetOfThePatchesIsAGroup() {
    let groups = TokenGroups([2, 2, 4, 12], patch: 2)
    #expect(groups.count == 8 && groups.tokens == 2 && groups.columns == 2)
    let rows = (0..<8).map(groups.rows)
    #expect(
      rows == [[0, 2], [1, 3], [4, 6], [5, 7], [8, 10], [9, 11], [12, 14], [13, 15]])
  }

  @Test(arguments: [[3, 6, 4, 5], [1, 9, 3, 1], [2, 12, 12, 2]] as [Shape], [1, 2, 3])
  func everyTokenIsInOneGroup(shape: Shape, patch: Int) {
    guard shape[1] % patch == 0, shape[2] % patch == 0 else { return }
    let groups = TokenGroups(shape, patch: patch)
    let rows = (0..<groups.count).map(groups.rows)
    #expect(rows.allSatisfy { $0.count == groups.tokens && $0 == $0.sorted() })
    #expect(rows.flatMap(\.self).sorted() == Array(0..<shape.rows))
  }

  @Test func nothingHasNoGroups() {
    #expect(TokenGroups([0, 3, 6], patch: 1).count == 0)
    #expect(TokenGroups([2, 0, 0, 6], patch: 2).tokens == 0)
  }
}
