import EdgeGraph

/// Layer normalization of the channels: parameters `weight` and `bias` `[c]`.
public struct LayerNorm: Module {
  public let weight, bias: Tensor
  private let operation: LayerNormalization
  private let path: String

  public init(_ scope: Scope, channels: Int, epsilon: Double = 1e-6) {
    path = scope.path
    operation = LayerNormalization(epsilon: scope.epsilon(default: epsilon))
    weight = scope.parameter("weight", [channels], .constant(1))
    bias = scope.parameter("bias", [channels], .constant(0))
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    Tensor(operation, [x, weight, bias], at: path)
  }
}
