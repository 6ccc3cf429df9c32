import EdgeGraph
import EdgeNN

/// Expand, convolve each channel, project without activation; added to the input where shapes allow
/// (arXiv:1801.04381).
///
/// - Input: `[n, h, w, in]`; output: `[n, ⌈h / stride⌉, ⌈w / stride⌉, out]`.
struct LinearBottleneck: Module {
  private let layers: [any Module]
  private let isResidual: Bool

  /// - Parameters:
  ///   - dilation: of the depthwise kernel.
  ///   - circular: what stands in place of the depthwise convolution; the official code names such a
  ///     block's parameters differently.
  init(
    _ scope: Scope, from inputs: Int, to outputs: Int, expansion: Int, stride: Int, dilation: Int,
    circular: MobileNetV2.CircularStep?
  ) {
    isResidual = stride == 1 && inputs == outputs
    let hidden = expansion * inputs
    if let circular {
      layers = Self.circular(scope, inputs, hidden, outputs, circular)
      return
    }
    let place = scope / "conv"
    var layers: [any Module] = []
    if expansion > 1 {
      layers.append(
        ConvNorm(
          convolution: place / 0 / 0, norm: place / 0 / 1, from: inputs, to: hidden, kernelSize: 1,
          activation: .relu6))
    }
    let depthwise = place / layers.count
    layers.append(
      ConvNorm(
        convolution: depthwise / 0, norm: depthwise / 1, from: hidden, to: hidden, kernelSize: 3,
        stride: stride, groups: hidden, dilation: dilation, activation: .relu6))
    layers.append(
      ConvNorm(
        convolution: place / layers.count, norm: place / (layers.count + 1), from: hidden,
        to: outputs, kernelSize: 1))
    self.layers = layers
  }

  private static func circular(
    _ scope: Scope, _ inputs: Int, _ hidden: Int, _ outputs: Int, _ step: MobileNetV2.CircularStep
  ) -> [any Module] {
    let (expand, project) = (scope / "pw_expand", scope / "pw_linear")
    return [
      ConvNorm(
        convolution: expand / 0, norm: expand / 1, from: inputs, to: hidden, kernelSize: 1,
        activation: .relu6),
      CircularDepthwise(scope, channels: hidden, step),
      ConvNorm(
        convolution: project / 0, norm: project / 1, from: hidden, to: outputs, kernelSize: 1),
    ]
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let y = layers.reduce(x) { $1($0) }
    return isResidual ? x + y : y
  }
}

/// The circular convolution of a block with its norm and activation.
private struct CircularDepthwise: Module {
  private let convolution: PositionAwareConvolution
  private let norm: BatchNorm

  init(_ scope: Scope, channels: Int, _ step: MobileNetV2.CircularStep) {
    convolution = PositionAwareConvolution(
      scope, names: ("gcc_H", "gcc_W"), channels: channels, taps: step.taps,
      hasPositions: step.hasPositions, isDepthwise: true)
    norm = BatchNorm(scope / "bn", channels: channels)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { relu6(norm(convolution(x))) }
}
