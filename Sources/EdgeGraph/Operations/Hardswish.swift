/// x · clamp(x + 3, 0, 6) / 6 (MobileNetV3, arXiv:1905.02244).
///
/// - Input: `x` of any shape. Output: the shape of `x`. Cost: 4 operations per element.
/// - Derivative: ``HardswishGradient``.
public struct Hardswish: DifferentiableOperation {
  public static let name = "hardswish"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(HardswishGradient(), [dy, inputs[0]])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 4)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = inputs[0].values.map { $0 * min(max($0 + 3, 0), 6) / 6 }
    return Reference(shape: inputs[0].shape, values: values)
  }
}
