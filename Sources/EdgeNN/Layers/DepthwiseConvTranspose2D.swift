import EdgeGraph

/// A transposed convolution of each channel by itself, whose kernel is as large as its stride:
/// parameters `weight` `[c, 1, stride, stride]` and `bias` `[c]`.
public struct DepthwiseConvTranspose2D: Module {
  public let weight, bias: Tensor
  private let operation: DepthwiseTransposedConvolution
  private let path: String

  /// - Parameter stride: at least 1; height and width grow by this factor.
  public init(_ scope: Scope, channels: Int, stride: Int) {
    path = scope.path
    operation = DepthwiseTransposedConvolution(stride: stride)
    let initializer = Initializer.pyTorch(fanIn: stride * stride)
    weight = scope.parameter("weight", [channels, 1, stride, stride], initializer)
    bias = scope.parameter("bias", [channels], initializer)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    Tensor(operation, [x, weight, bias], at: path)
  }
}
