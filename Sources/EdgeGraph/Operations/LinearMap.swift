/// An affine map of the last axis: y = x Wᵀ + b.
///
/// - Inputs: `x` `[..., in]`; `weight` `[out, in]` (PyTorch's layout); `bias` `[out]` if `hasBias`.
/// - Output: `[..., out]`.
/// - Derivatives: dx = dy W, dW = dyᵀ x, db = Σ dy.
/// - Cost: `in` multiply-adds per element of the output; 2 · `in` operations for an interpolation.
public struct LinearMap: DifferentiableOperation {
  public static let name = "linear"
  public let hasBias: Bool
  /// Whether it stands for an interpolation, whose products papers don't count.
  public let isInterpolation: Bool

  public init(hasBias: Bool, isInterpolation: Bool = false) {
    self.hasBias = hasBias
    self.isInterpolation = isInterpolation
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (x, weight) = (inputs[0], inputs[1])
    guard x.rank >= 1 else { throw .rank(expected: "1 or more", found: x) }
    guard weight.rank == 2, weight[1] == x[-1] else {
      throw .mismatch(expected: "a weight of [out, \(x[-1])]", found: [x, weight])
    }
    if hasBias, inputs[2] != [weight[0]] {
      throw .mismatch(expected: "a bias of [\(weight[0])]", found: [inputs[2]])
    }
    return x.replacing(axis: -1, with: weight[0])
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [
      Tensor(LinearMapInputGradient(), [dy, inputs[1]]),
      Tensor(LinearMapWeightGradient(), [dy, inputs[0]]),
      dy.sum(to: [dy.shape.columns]),
    ]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (x, weight) = (inputs[0], inputs[1])
    let output = x.rows * weight[0]
    let products = output * weight[1]
    return Cost(
      multiplyAdds: isInterpolation ? 0 : products,
      operations: (isInterpolation ? 2 * products : 0) + (hasBias ? output : 0),
      bytes: 4 * (x.count + weight.count + output))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (x, weight) = (inputs[0], inputs[1])
    let (outputs, width) = (weight.shape[0], weight.shape[1])
    let values = x.mapRows { row in
      (0..<outputs).map { j in
        var sum = hasBias ? inputs[2].values[j] : 0
        for (p, value) in row.enumerated() { sum += value * weight.values[j * width + p] }
        return sum
      }
    }
    return Reference(shape: x.shape.replacing(axis: -1, with: outputs), values: values)
  }
}
