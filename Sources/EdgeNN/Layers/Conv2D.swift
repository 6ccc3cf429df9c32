import EdgeGraph

/// A dense two-dimensional convolution: parameters `weight` `[out, in, k, k]` and, if it has one,
/// `bias` `[out]`.
public struct Conv2D: Module {
  public let weight: Tensor
  public let bias: Tensor?
  private let stride: Int
  private let path: String

  public init(
    _ scope: Scope, from inputs: Int, to outputs: Int, kernelSize: Int, stride: Int = 1,
    hasBias: Bool = true
  ) {
    path = scope.path
    self.stride = stride
    weight = scope.parameter(
      "weight", [outputs, inputs, kernelSize, kernelSize],
      .truncatedNormal(standardDeviation: 0.02))
    bias = hasBias ? scope.parameter("bias", [outputs], .constant(0)) : nil
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let operation = Convolution(stride: stride, hasBias: bias != nil)
    return Tensor(operation, [x, weight] + (bias.map { [$0] } ?? []), at: path)
  }
}
