/// The derivative of an ``Activation``: dy times the function's slope at x.
///
/// - Inputs: `dy`; `x` of the same shape. Output: that shape.
/// - Cost: twice that of the activation.
public struct ActivationGradient: Operation {
  public static let name = "activation_gradient"
  public let function: ActivationFunction

  public init(_ function: ActivationFunction) { self.function = function }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs[0] == inputs[1] else {
      throw .mismatch(expected: "a gradient and an input of one shape", found: inputs)
    }
    return inputs[1]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[1], operations: 2 * function.operations)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = zip(inputs[0].values, inputs[1].values).map { $0 * function.slope(at: $1) }
    return Reference(shape: inputs[1].shape, values: values)
  }
}
