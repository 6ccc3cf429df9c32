import EdgeGraph

/// A two-dimensional convolution: parameters `weight` `[out, in / groups, k, k]` and, if it has one,
/// `bias` `[out]`.
public struct Conv2D: Module {
  public let weight: Tensor
  public let bias: Tensor?
  private let operation: Convolution
  private let path: String

  /// - Parameter padding: zeros around the image, the same on all sides.
  public init(
    _ scope: Scope, from inputs: Int, to outputs: Int, kernelSize: Int, stride: Int = 1,
    padding: Int = 0, groups: Int = 1, hasBias: Bool = true,
    initializer: Initializer = .truncatedNormal(standardDeviation: 0.02)
  ) {
    path = scope.path
    operation = Convolution(stride: stride, padding: padding, groups: groups, hasBias: hasBias)
    weight = scope.parameter(
      "weight", [outputs, inputs / groups, kernelSize, kernelSize], initializer)
    bias = hasBias ? scope.parameter("bias", [outputs], .constant(0)) : nil
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    Tensor(operation, [x, weight] + (bias.map { [$0] } ?? []), at: path)
  }
}
