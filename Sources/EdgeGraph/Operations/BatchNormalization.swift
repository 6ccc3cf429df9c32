/// Batch normalization of the last axis by running statistics:
/// (x − mean) / √(variance + ε) · weight + bias.
///
/// - Inputs: `x` `[..., c]`; `weight`, `bias`, running `mean` and `variance`, each `[c]`.
/// - Output: the shape of `x`.
/// - Cost: 2 operations per element.
public struct BatchNormalization: Operation {
  public static let name = "batch_norm"
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank >= 1 else { throw .rank(expected: "1 or more", found: x) }
    guard inputs.dropFirst().allSatisfy({ $0 == [x[-1]] }) else {
      throw .mismatch(expected: "statistics of [\(x[-1])]", found: inputs)
    }
    return x
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 2)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let scale = BatchNormScale(epsilon: epsilon).reference([inputs[1], inputs[4]])
    let shift = BatchNormShift(epsilon: epsilon).reference(Array(inputs.dropFirst()))
    return ScaleShift().reference([inputs[0], scale, shift])
  }
}

/// The factor of a batch normalization: weight / √(variance + ε).
///
/// - Inputs: `weight` and `variance`, each `[c]`. Output: `[c]`. Cost: 3 operations per element.
package struct BatchNormScale: Operation {
  package static let name = "batch_norm_scale"
  package let epsilon: Double

  package init(epsilon: Double) { self.epsilon = epsilon }

  package func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  package func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 3)
  }

  package func reference(_ inputs: [Reference]) -> Reference {
    let values = zip(inputs[0].values, inputs[1].values).map { weight, variance in
      weight / (variance + epsilon).squareRoot()
    }
    return Reference(shape: inputs[0].shape, values: values)
  }
}

/// The summand of a batch normalization: bias − mean · weight / √(variance + ε).
///
/// - Inputs: `weight`, `bias`, `mean`, `variance`, each `[c]`. Output: `[c]`. Cost: 5 operations
///   per element.
package struct BatchNormShift: Operation {
  package static let name = "batch_norm_shift"
  package let epsilon: Double

  package init(epsilon: Double) { self.epsilon = epsilon }

  package func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  package func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 5)
  }

  package func reference(_ inputs: [Reference]) -> Reference {
    let scale = BatchNormScale(epsilon: epsilon).reference([inputs[0], inputs[3]]).values
    let values = inputs[1].values.indices.map { c in
      inputs[1].values[c] - inputs[2].values[c] * scale[c]
    }
    return Reference(shape: inputs[0].shape, values: values)
  }
}
