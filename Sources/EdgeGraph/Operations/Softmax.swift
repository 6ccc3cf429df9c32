#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The probabilities that logits stand for: exp(z) / Σ exp(z) along the last axis, with the maximum
/// subtracted. NaN or +∞ in a row makes all of it NaN.
///
/// - Input: `[..., k]`. Output: the same shape.
/// - Cost: 7 operations per element.
public struct Softmax: Operation {
  public static let name = "softmax"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank >= 1 else { throw .rank(expected: "at least 1", found: x) }
    guard x[-1] > 0 else { throw .extent(axis: x.rank - 1, expected: "at least 1", found: x) }
    return x
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 7)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    Reference(
      shape: inputs[0].shape, values: inputs[0].mapRows { row in logSoftmax(row).map(exp) })
  }
}
