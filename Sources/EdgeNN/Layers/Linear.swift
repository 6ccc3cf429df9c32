import EdgeGraph

/// An affine map of the last axis: parameters `weight` `[out, in]` and `bias` `[out]`.
public struct Linear: Module {
  public let weight, bias: Tensor
  private let path: String

  public init(
    _ scope: Scope, from inputs: Int, to outputs: Int,
    initializer: Initializer = .truncatedNormal(standardDeviation: 0.02)
  ) {
    path = scope.path
    weight = scope.parameter("weight", [outputs, inputs], initializer)
    bias = scope.parameter("bias", [outputs], .constant(0))
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    Tensor(LinearMap(hasBias: true), [x, weight, bias], at: path)
  }
}
