/// The same elements, in the same order, under another shape.
///
/// - Input: `x`. Output: `shape`, with as many elements as `x`. Cost: none.
/// - Derivative: the gradient under the shape of `x`.
public struct Reshape: DifferentiableOperation {
  public static let name = "reshape"
  public let shape: Shape

  public init(_ shape: Shape) { self.shape = shape }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs[0].count == shape.count else {
      throw .mismatch(expected: "as many elements as in \(shape)", found: inputs)
    }
    return shape
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(Reshape(inputs[0].shape), [dy])]
  }

  public func cost(_ inputs: [Shape]) -> Cost { Cost() }

  public func reference(_ inputs: [Reference]) -> Reference {
    Reference(shape: shape, values: inputs[0].values)
  }
}
