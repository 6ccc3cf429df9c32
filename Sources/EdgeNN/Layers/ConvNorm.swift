import EdgeGraph

/// A convolution without bias, batch norm, and an activation if it has one: what most convolutional
/// networks are made of. Padding keeps height and width, which the stride then divides.
///
/// - Input: `[n, h, w, in]`; output: `[n, ⌈h / stride⌉, ⌈w / stride⌉, out]`.
public struct ConvNorm: Module {
  private let convolution: Conv2D
  private let norm: BatchNorm
  private let activation: ActivationFunction?

  /// - Parameters:
  ///   - convolution, norm: where their parameters are; families name them differently.
  ///   - kernelSize: odd.
  ///   - dilation: pixels from one tap to the next.
  public init(
    convolution: Scope, norm: Scope, from inputs: Int, to outputs: Int, kernelSize: Int,
    stride: Int = 1, groups: Int = 1, dilation: Int = 1, activation: ActivationFunction? = nil
  ) {
    self.convolution = Conv2D(
      convolution, from: inputs, to: outputs, kernelSize: kernelSize, stride: stride,
      padding: kernelSize / 2 * dilation, groups: groups, dilation: dilation, hasBias: false,
      initializer: .kaiming(outputs: outputs, kernelSize: kernelSize))
    self.norm = BatchNorm(norm, channels: outputs)
    self.activation = activation
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let y = norm(convolution(x))
    return activation.map { Tensor(Activation($0), [y]) } ?? y
  }
}
