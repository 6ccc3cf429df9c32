/// Zeros around images, the same width on all four sides.
///
/// - Input: `x` `[n, h, w, c]`. Output: `[n, h + 2 width, w + 2 width, c]`. Cost: one copy.
public struct Pad: Operation {
  public static let name = "pad"
  public let width: Int

  /// - Parameter width: not negative.
  public init(width: Int) {
    precondition(width >= 0, "\(width)")
    self.width = width
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: x) }
    return [x[0], x[1] + 2 * width, x[2] + 2 * width, x[3]]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let x = inputs[0]
    let output = x[0] * (x[1] + 2 * width) * (x[2] + 2 * width) * x[3]
    return Cost(bytes: 4 * (x.count + output))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let x = inputs[0].shape
    let shape: Shape = [x[0], x[1] + 2 * width, x[2] + 2 * width, x[3]]
    var values = [Double](repeating: 0, count: shape.count)
    let row = x[2] * x[3]
    for index in 0..<x[0] * x[1] {
      let target = index / x[1] * shape[1] + index % x[1] + width
      let start = (target * shape[2] + width) * x[3]
      values.replaceSubrange(
        start..<start + row, with: inputs[0].values[index * row..<(index + 1) * row])
    }
    return Reference(shape: shape, values: values)
  }
}
