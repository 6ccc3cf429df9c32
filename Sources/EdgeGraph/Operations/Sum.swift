/// The sum over the axes along which a smaller shape would repeat (see ``Add``): the derivative of
/// repeating.
///
/// - Input: `x`. Output: `shape`, whose axes, aligned with the last of `x`, are equal to those of
///   `x` or 1.
/// - Derivative: the gradient repeated.
/// - Cost: one operation per element of `x`.
public struct Sum: DifferentiableOperation {
  public static let name = "sum"
  public let shape: Shape

  public init(to shape: Shape) { self.shape = shape }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    _ = try Broadcast([inputs[0], shape])
    return shape
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(Repeat(to: inputs[0].shape), [dy])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    Cost(operations: inputs[0].count, bytes: 4 * (inputs[0].count + shape.count))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    var values = [Double](repeating: 0, count: shape.count)
    Broadcast.forEach(shape, over: inputs[0].shape) { position, offset in
      values[offset] += inputs[0].values[position]
    }
    return Reference(shape: shape, values: values)
  }
}
