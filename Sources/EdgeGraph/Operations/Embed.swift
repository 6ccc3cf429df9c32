/// A range of the channels of a wider tensor that is zero elsewhere: what a ``Slice`` leaves of a
/// gradient.
///
/// - Input: `x` `[..., c]`. Output: `[..., width]`, with `x` at channels `lowerBound ..<
///   lowerBound + c`. Cost: one copy.
public struct Embed: Operation {
  public static let name = "embed"
  public let lowerBound: Int
  public let width: Int

  /// - Parameters:
  ///   - lowerBound: not negative.
  ///   - width: channels of the output.
  public init(at lowerBound: Int, width: Int) {
    precondition(lowerBound >= 0 && width >= 0, "\(lowerBound), \(width)")
    self.lowerBound = lowerBound
    self.width = width
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank >= 1 else { throw .rank(expected: "1 or more", found: x) }
    guard lowerBound + x[-1] <= width else {
      throw .extent(axis: x.rank - 1, expected: "at most \(width - lowerBound)", found: x)
    }
    return x.replacing(axis: -1, with: width)
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    Cost(bytes: 4 * (inputs[0].count + inputs[0].rows * width))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let before = [Double](repeating: 0, count: lowerBound)
    let after = [Double](repeating: 0, count: width - lowerBound - inputs[0].shape.columns)
    return Reference(
      shape: inputs[0].shape.replacing(axis: -1, with: width),
      values: inputs[0].mapRows { before + $0 + after })
  }
}
