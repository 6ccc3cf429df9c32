#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The derivative of ``GELU``: dy · (Φ(x) + x φ(x)), with the normal distribution Φ and its density
/// φ.
///
/// - Inputs: `dy`; `x` of the same shape. Output: that shape. Cost: 10 operations per element.
public struct GELUGradient: Operation {
  public static let name = "gelu_gradient"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs[0] == inputs[1] else {
      throw .mismatch(expected: "a gradient and an input of one shape", found: inputs)
    }
    return inputs[1]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[1], operations: 10)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = zip(inputs[0].values, inputs[1].values).map { dy, x in
      let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
      return dy * (erfc(-x * 0.5.squareRoot()) / 2 + x * density)
    }
    return Reference(shape: inputs[1].shape, values: values)
  }
}
