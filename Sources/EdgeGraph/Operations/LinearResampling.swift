/// The matrix that resamples rows of numbers linearly, the first to the first and the last to the
/// last, as PyTorch's `interpolate` does with `align_corners`: row i holds the shares that the
/// given numbers have in number i of the result. Number i lies at p = i (length − 1) / (count − 1)
/// among them, a single one at 0, and is 1 − t of the one at ⌊p⌋ and t = p − ⌊p⌋ of the next.
///
/// An operation and not a literal, so that constants which depend on the size of images are known
/// by it, even where the matrix is the identity.
///
/// - Inputs: none. Output: `[count, length]`; rows sum to 1. Cost: one operation per element.
public struct LinearResampling: Operation {
  public static let name = "linear_resampling"
  public let length: Int
  public let count: Int

  /// - Parameters:
  ///   - length: of what is resampled; at least 1.
  ///   - count: of the result; not negative.
  public init(from length: Int, to count: Int) {
    precondition(length > 0 && count >= 0, "from \(length) to \(count)")
    self.length = length
    self.count = count
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { [count, length] }

  public func cost(_ inputs: [Shape]) -> Cost {
    Cost(operations: count * length, bytes: 4 * count * length)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    var values = [Double](repeating: 0, count: count * length)
    let steps = max(count - 1, 1)
    for i in 0..<count {
      let (first, rest) = (i * (length - 1)).quotientAndRemainder(dividingBy: steps)
      let share = Double(rest) / Double(steps)
      values[i * length + first] = 1 - share
      if rest > 0 { values[i * length + first + 1] = share }
    }
    return Reference(shape: [count, length], values: values)
  }
}
