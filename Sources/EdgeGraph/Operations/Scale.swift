/// Every element times a fixed factor.
///
/// - Input: `x` of any shape. Output: the shape of `x`.
/// - Derivative: the gradient times the same factor.
/// - Cost: one operation per element.
public struct Scale: DifferentiableOperation {
  public static let name = "scale"
  public let factor: Double

  public init(by factor: Double) { self.factor = factor }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(self, [dy])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 1)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    Reference(shape: inputs[0].shape, values: inputs[0].values.map { $0 * factor })
  }
}
