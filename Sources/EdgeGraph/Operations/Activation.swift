/// A function applied to every element.
///
/// - Input: `x` of any shape. Output: the shape of `x`.
/// - Derivative: ``ActivationGradient``.
/// - Cost: 1 to 5 operations per element.
public struct Activation: DifferentiableOperation {
  public static let name = "activation"
  public let function: ActivationFunction

  public init(_ function: ActivationFunction) { self.function = function }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let x = function.hasSlopeOfValue ? output : inputs[0]
    return [Tensor(ActivationGradient(function), [dy, x])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: function.operations)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = inputs[0].values.map { function.value(at: $0) }
    return Reference(shape: inputs[0].shape, values: values)
  }
}
