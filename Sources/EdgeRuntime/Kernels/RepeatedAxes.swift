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
