import EdgeGraph

/// A convolution of each channel by itself that keeps height and width, or divides them by its
/// stride: parameters `weight`
/// `[c, 1, k, k]` and, if it has one, `bias` `[c]`.
public struct DepthwiseConv2D: Module {
  public let weight: Tensor
  public let bias: Tensor?
  private let operation: Convolution
  private let path: String

  /// - Parameters:
  ///   - kernelSize: odd.
  ///   - dilation: pixels from one tap to the next.
  public init(
    _ scope: Scope, channels: Int, kernelSize: Int, stride: Int = 1, dilation: Int = 1,
    hasBias: Bool = true,
    initializer: Initializer = .truncatedNormal(standardDeviation: 0.02)
  ) {
    path = scope.path
    operation = Convolution(
      stride: stride, padding: kernelSize / 2 * dilation, groups: channels, dilation: dilation,
      hasBias: hasBias)
    weight = scope.parameter("weight", [channels, 1, kernelSize, kernelSize], initializer)
    bias = hasBias ? scope.parameter("bias", [channels], .constant(0)) : nil
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    Tensor(operation, [x, weight] + (bias.map { [$0] } ?? []), at: path)
  }
}
