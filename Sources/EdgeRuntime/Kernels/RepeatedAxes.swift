import EdgeGraph

/// How a shape repeats over a larger one: the larger is `outer x repeated x inner`, the smaller
/// `outer x inner`. Rows of planned memory are the last axis, which is repeated where `inner` is 1.
struct RepeatedAxes {
  private(set) var outer = 1
  private(set) var repeated = 1
  private(set) var inner = 1

  /// Nil where axes that repeat and axes that don't take turns more often.
  init?(_ small: Shape, over large: Shape) {
    var hasInner = false
    var hasRepeated = false
    for axis in 0..<large.rank where large[axis] != 1 {
      let position = axis - (large.rank - small.rank)
      if position < 0 || small[position] == 1 {
        if hasInner { return nil }
        hasRepeated = true
        repeated *= large[axis]
      } else if hasRepeated {
        hasInner = true
        inner *= large[axis]
      } else {
        outer *= large[axis]
      }
    }
    if !hasRepeated { (outer, inner) = (1, outer) }
  }

  init(
    _ small: Shape, over large: Shape, _ operation: String, _ binding: Binding
  ) throws(RuntimeError) {
    guard let axes = RepeatedAxes(small, over: large) else {
      throw .unsupported(
        operation: operation, path: binding.path,
        reason: "\(small) repeats over \(large) along axes that don't lie side by side")
    }
    self = axes
  }
}

extension RepeatedAxes {
  /// How rows of the smaller repeat over those of the larger, of `columns` numbers. Where the last
  /// axis repeats, they are one number long.
  func rows(columns: Int) -> RepeatedRows {
    let columns = max(columns, 1)
    return inner == 1
      ? RepeatedRows(lines: 1, repeated: max(repeated / columns, 1))
      : RepeatedRows(lines: max(inner / columns, 1), repeated: repeated)
  }
}

/// Rows that repeat over those of a larger matrix: `lines` of them, `repeated` times, then the next.
struct RepeatedRows {
  fileprivate let lines, repeated: Int

  /// Whether one row stands for all of a run.
  var isSingle: Bool { lines == 1 }

  /// Splits a range of the larger matrix's rows into runs over which rows lie side by side, or one
  /// repeats.
  ///
  /// - Parameter body: gets a run, and the first of the rows that belong to it.
  @inline(__always)
  func eachRun(_ range: Range<Int>, _ body: (_ run: Range<Int>, _ source: Int) -> Void) {
    let length = isSingle ? repeated : lines
    var row = range.lowerBound
    while row < range.upperBound {
      let end = min((row / length + 1) * length, range.upperBound)
      body(row..<end, row / (lines * repeated) * lines + row % lines)
      row = end
    }
  }
}
