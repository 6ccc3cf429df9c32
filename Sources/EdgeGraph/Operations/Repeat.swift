/// A tensor repeated over a larger shape, as the second operand of ``Add`` is.
///
/// - Input: `x`, whose axes, aligned with the last of `shape`, are equal to its or 1. Output:
///   `shape`.
/// - Derivative: the gradient summed over what is repeated.
/// - Cost: each element is written once.
public struct Repeat: DifferentiableOperation {
  public static let name = "repeat"
  public let shape: Shape

  public init(to shape: Shape) { self.shape = shape }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try Broadcast([shape, inputs[0]]).shape
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [dy.sum(to: inputs[0].shape)]
  }

  public func cost(_ inputs: [Shape]) -> Cost { Cost(bytes: 4 * (inputs[0].count + shape.count)) }

  public func reference(_ inputs: [Reference]) -> Reference {
    var values = [Double](repeating: 0, count: shape.count)
    Broadcast.forEach(inputs[0].shape, over: shape) { position, offset in
      values[position] = inputs[0].values[offset]
    }
    return Reference(shape: shape, values: values)
  }
}
