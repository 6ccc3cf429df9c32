/// An affine map of each channel: x · scale + shift.
///
/// - Inputs: `x` `[..., c]`; `scale` and `shift` `[c]`.
/// - Output: the shape of `x`.
/// - Derivative: the gradient times the scale; for scale and shift summed over the rows.
/// - Cost: 2 operations per element.
public struct ScaleShift: DifferentiableOperation {
  public static let name = "scale_shift"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank >= 1, inputs[1] == [x[-1]], inputs[2] == [x[-1]] else {
      throw .mismatch(expected: "a scale and a shift as wide as the last axis", found: inputs)
    }
    return x
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let scale = inputs[1]
    return [dy * scale, (dy * inputs[0]).sum(to: scale.shape), dy.sum(to: scale.shape)]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 2)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = inputs[0].mapRows { row in
      zip(row, zip(inputs[1].values, inputs[2].values)).map { $0 * $1.0 + $1.1 }
    }
    return Reference(shape: inputs[0].shape, values: values)
  }
}
