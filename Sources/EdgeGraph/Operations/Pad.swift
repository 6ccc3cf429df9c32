/// Zeros around images, as many on the height as on the width.
///
/// - Input: `x` `[n, h, w, c]`. Output: `[n, h + start + end, w + start + end, c]`. Cost: one copy.
public struct Pad: Operation {
  public static let name = "pad"
  /// Rows above and columns to the left.
  public let start: Int
  /// Rows below and columns to the right.
  public let end: Int

  /// - Parameters start, end: not negative.
  public init(start: Int, end: Int) {
    precondition(start >= 0 && end >= 0, "\(start), \(end)")
    self.start = start
    self.end = end
  }

  /// The same on all four sides.
  public init(width: Int) { self.init(start: width, end: width) }

  private func output(_ x: Shape) -> Shape {
    [x[0], x[1] + start + end, x[2] + start + end, x[3]]
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: x) }
    return output(x)
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    Cost(bytes: 4 * (inputs[0].count + output(inputs[0]).count))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let x = inputs[0].shape
    let shape = output(x)
    var values = [Double](repeating: 0, count: shape.count)
    let row = x[2] * x[3]
    for index in 0..<x[0] * x[1] {
      let target = index / x[1] * shape[1] + index % x[1] + start
      let first = (target * shape[2] + start) * x[3]
      values.replaceSubrange(
        first..<first + row, with: inputs[0].values[index * row..<(index + 1) * row])
    }
    return Reference(shape: shape, values: values)
  }
}
