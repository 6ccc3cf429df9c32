import EdgeGraph

extension Shape {
  /// A shape from a file. Unlike ``init(checking:limit:)``, an extent of zero does not excuse the
  /// others: any product of some extents fits an `Int`.
  init?(stored dimensions: [Int]) {
    guard Shape(checking: dimensions.map { $0 == 0 ? 1 : $0 }) != nil else { return nil }
    self.init(checking: dimensions)
  }
}
