/// Layer normalization of the last axis: (x − mean) / √(variance + ε) · weight + bias, with the
/// biased variance.
///
/// - Inputs: `x` `[..., c]`; `weight` and `bias` `[c]`.
/// - Output: the shape of `x`.
/// - Derivative: ``LayerNormalizationGradient``.
/// - Cost: 8 operations per element.
public struct LayerNormalization: DifferentiableOperation {
  public static let name = "layer_norm"
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank >= 1 else { throw .rank(expected: "1 or more", found: x) }
    guard x[-1] > 0 else { throw .extent(axis: x.rank - 1, expected: "at least 1", found: x) }
    guard inputs[1] == [x[-1]], inputs[2] == [x[-1]] else {
      throw .mismatch(expected: "a weight and a bias of [\(x[-1])]", found: inputs)
    }
    return x
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let gradient = LayerNormalizationGradient(epsilon: epsilon)
    return Tensor(gradient, [dy, inputs[0], inputs[1]]).parts(inputs.map(\.shape))
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 8)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let columns = Double(inputs[0].shape.columns)
    let values = inputs[0].mapRows { row in
      let mean = row.reduce(0, +) / columns
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / columns
      let scale = 1 / (variance + epsilon).squareRoot()
      return zip(row, zip(inputs[1].values, inputs[2].values)).map { x, affine in
        (x - mean) * scale * affine.0 + affine.1
      }
    }
    return Reference(shape: inputs[0].shape, values: values)
  }
}
