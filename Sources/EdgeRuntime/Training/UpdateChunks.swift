/// The parameters that an update changes, cut into items of about equal work for threads to share.
/// The cut doesn't depend on the number of threads, and so neither do sums over it.
struct UpdateChunks: Sendable {
  /// A range of one parameter.
  struct Piece: Sendable {
    /// The index in the layout's entries.
    let entry: Int
    let range: Range<Int>
    let group: ParameterGroup
  }

  /// Floats of an item: what a thread's cache holds of all vectors.
  static let size = 16_384

  let pieces: [Piece]
  /// For each item its pieces.
  let items: [Range<Int>]

  /// - Parameter groups: one for each entry of the layout.
  init(_ layout: ParameterLayout, groups: [ParameterGroup]) {
    precondition(
      groups.count == layout.entries.count,
      "\(groups.count) groups for \(layout.entries.count) parameters")
    var pieces: [Piece] = []
    for (index, entry) in layout.entries.enumerated() {
      if !entry.isTrainable || groups[index].isFrozen { continue }
      for range in Self.ranges(entry.range) {
        pieces.append(Piece(entry: index, range: range, group: groups[index]))
      }
    }
    var items: [Range<Int>] = []
    var (first, count) = (0, 0)
    for (index, piece) in pieces.enumerated() {
      count += piece.range.count
      if count < Self.size && index < pieces.count - 1 { continue }
      items.append(first..<index + 1)
      (first, count) = (index + 1, 0)
    }
    self.pieces = pieces
    self.items = items
  }

  /// The numbers in all pieces.
  var count: Int { pieces.reduce(0) { $0 + $1.range.count } }

  /// A range in pieces of at most ``size``.
  static func ranges(_ range: Range<Int>) -> [Range<Int>] {
    stride(from: range.lowerBound, to: range.upperBound, by: size).map { start in
      start..<min(start + size, range.upperBound)
    }
  }
}
