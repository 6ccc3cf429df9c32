import EdgeGraph

/// A two-dimensional convolution: parameters `weight` `[out, in / groups, k, k]` and, if it has one,
/// `bias` `[out]`.
public struct Conv2D: Module {
  public let weight: Tensor
  public let bias: Tensor?
  private let operation: Convolution
  private let path: String

  /// - Parameters:
  ///   - padding: zeros above and to the left of the image.
  ///   - endPadding: those below and to the right; nil for as many.
  ///   - dilation: pixels from one tap to the next.
  public init(
    _ scope: Scope, from inputs: Int, to outputs: Int, kernelSize: Int, stride: Int = 1,
    padding: Int = 0, endPadding: Int? = nil, groups: Int = 1, dilation: Int = 1,
    hasBias: Bool = true, initializer: Initializer = .truncatedNormal(standardDeviation: 0.02)
  ) {
    path = scope.path
    operation = Convolution(
      stride: stride, padding: padding, endPadding: endPadding, groups: groups,
      dilation: dilation, hasBias: hasBias)
    weight = scope.parameter(
      "weight", [outputs, inputs / groups, kernelSize, kernelSize], initializer)
    bias = hasBias ? scope.parameter("bias", [outputs], .constant(0)) : nil
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    Tensor(operation, [x, weight] + (bias.map { [$0] } ?? []), at: path)
  }
}
