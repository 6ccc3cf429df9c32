/// The element-by-element product; the second factor repeats as in ``Add``.
///
/// - Inputs: `a`; `b`, whose axes, aligned with the last of `a`, are equal to those of `a` or 1.
/// - Output: the shape of `a`.
/// - Derivative: the gradient times the other factor; for `b` summed over what is repeated.
/// - Cost: one operation per element.
public struct Multiply: DifferentiableOperation {
  public static let name = "multiply"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try Broadcast(inputs).shape
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [dy * inputs[1], (dy * inputs[0]).sum(to: inputs[1].shape)]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 1)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    Broadcast.reference(inputs[0], inputs[1], *)
  }
}
