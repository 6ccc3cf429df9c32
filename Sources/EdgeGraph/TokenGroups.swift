/// The tokens of a batch in groups that attend to each other: all of an image, or those at the same
/// offset in its patches.
///
/// Tokens are rows of the matrix whose columns are the last axis. Groups are ordered by image, then
/// by the offset's row and column.
package struct TokenGroups: Sendable {
  package let count: Int
  /// Tokens of a group.
  package let tokens: Int
  /// Tokens of a group that follow each other evenly: those in a row of patches.
  package let columns: Int
  /// Rows of the matrix between neighbors in a row of patches.
  package let step: Int
  /// The same between one row of patches and the next.
  package let rowStep: Int
  private let imageRows, patch, mapWidth: Int

  /// - Parameters:
  ///   - shape: `[n, ..., c]`; `[n, h, w, c]`, with h and w multiples of `patch`, unless that is 1.
  ///   - patch: pixels along a side of a patch.
  package init(_ shape: Shape, patch: Int) {
    self.patch = patch
    imageRows = shape.rows / max(shape[0], 1)
    count = shape[0] * patch * patch
    tokens = imageRows / (patch * patch)
    mapWidth = patch == 1 ? imageRows : shape[2]
    columns = max(mapWidth / patch, 1)
    step = patch
    rowStep = patch * mapWidth
  }

  /// The row of a group's first token.
  package func first(_ group: Int) -> Int {
    let (image, offset) = (group / (patch * patch), group % (patch * patch))
    return image * imageRows + offset / patch * mapWidth + offset % patch
  }

  /// The rows of a group's tokens.
  package func rows(_ group: Int) -> [Int] {
    let first = first(group)
    return (0..<tokens).map { first + $0 / columns * rowStep + $0 % columns * step }
  }
}
