/// A range of the last axis: channels `lowerBound ..< upperBound`.
///
/// - Input: `x` `[..., c]`. Output: `[..., upperBound − lowerBound]`. Cost: none, it is a view.
/// - Derivative: the gradient among zeros (``Embed``).
public struct Slice: DifferentiableOperation {
  public static let name = "slice"
  public let lowerBound: Int
  public let upperBound: Int

  /// - Parameter range: not negative.
  public init(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0, "\(range)")
    lowerBound = range.lowerBound
    upperBound = range.upperBound
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank >= 1 else { throw .rank(expected: "1 or more", found: x) }
    guard upperBound <= x[-1] else {
      throw .extent(axis: x.rank - 1, expected: "at least \(upperBound)", found: x)
    }
    return x.replacing(axis: -1, with: upperBound - lowerBound)
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(Embed(at: lowerBound, width: inputs[0].shape.columns), [dy])]
  }

  public func cost(_ inputs: [Shape]) -> Cost { Cost() }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = inputs[0].mapRows { row in
      Array(row[row.startIndex + lowerBound..<row.startIndex + upperBound])
    }
    return Reference(
      shape: inputs[0].shape.replacing(axis: -1, with: upperBound - lowerBound), values: values)
  }
}
