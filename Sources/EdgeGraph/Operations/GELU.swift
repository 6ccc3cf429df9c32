#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The Gaussian error linear unit, exact: x · (1 + erf(x / √2)) / 2 (arXiv:1606.08415).
///
/// - Input: `x` of any shape. Output: the shape of `x`. Cost: 5 operations per element.
/// - Derivative: ``GELUGradient``.
public struct GELU: DifferentiableOperation {
  public static let name = "gelu"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(GELUGradient(), [dy, inputs[0]])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 5)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = inputs[0].values.map { $0 * erfc(-$0 * 0.5.squareRoot()) / 2 }
    return Reference(shape: inputs[0].shape, values: values)
  }
}
