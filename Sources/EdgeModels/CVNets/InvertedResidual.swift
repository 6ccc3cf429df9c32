import EdgeGraph
import EdgeNN

extension ConvNorm {
  /// A layer as cvnets names it: `block.conv`, `block.norm`.
  init(
    cvnets scope: Scope, from inputs: Int, to outputs: Int, kernelSize: Int, stride: Int = 1,
    groups: Int = 1, dilation: Int = 1, activation: ActivationFunction? = .silu
  ) {
    self.init(
      convolution: scope / "block" / "conv", norm: scope / "block" / "norm", from: inputs,
      to: outputs, kernelSize: kernelSize, stride: stride, groups: groups, dilation: dilation,
      activation: activation)
  }
}

/// MobileNetV2's block in the form of cvnets (`cvnets/modules/mobilenetv2.py`).
///
/// - Input: `[n, h, w, in]`; output: `[n, ⌈h / stride⌉, ⌈w / stride⌉, out]`.
struct InvertedResidual: Module {
  private let layers: [ConvNorm]
  private let isResidual: Bool

  /// - Parameter dilation: of the 3x3 kernel.
  init(
    _ scope: Scope, from inputs: Int, to outputs: Int, stride: Int, expansion: Int,
    dilation: Int = 1
  ) {
    let hidden = expansion * inputs
    let block = scope / "block"
    layers = [
      ConvNorm(cvnets: block / "exp_1x1", from: inputs, to: hidden, kernelSize: 1),
      ConvNorm(
        cvnets: block / "conv_3x3", from: hidden, to: hidden, kernelSize: 3, stride: stride,
        groups: hidden, dilation: dilation),
      ConvNorm(
        cvnets: block / "red_1x1", from: hidden, to: outputs, kernelSize: 1, activation: nil),
    ]
    isResidual = stride == 1 && inputs == outputs
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let y = layers.reduce(x) { $1($0) }
    return isResidual ? x + y : y
  }
}
