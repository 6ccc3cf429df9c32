import EdgeGraph
import EdgeNN

/// 1x1, 3x3 and 1x1 convolutions around a residual (arXiv:1512.03385), the stride in the middle one
/// (torchvision's ResNet v1.5). In the `gcc_` variant the middle convolution is a
/// ``PositionAwareConvolution`` in some blocks.
///
/// - Input: `[n, h, w, in]`; output: `[n, h / stride, w / stride, 4 · width]`.
struct Bottleneck: Module {
  private let reduce: ConvNorm
  private let middle: any Module
  private let expand: ConvNorm
  private let shortcut: ConvNorm?

  /// - Parameters:
  ///   - dilation: of the 3x3 convolution.
  ///   - taps: of the circular convolution in place of the 3x3 one; nil for the latter.
  init(
    _ scope: Scope, from inputs: Int, width: Int, stride: Int, dilation: Int, taps: Int?
  ) {
    let outputs = 4 * width
    reduce = ConvNorm(
      convolution: scope / "conv1", norm: scope / "bn1", from: inputs, to: width, kernelSize: 1,
      activation: .relu)
    middle =
      taps.map { CircularMiddle(scope, channels: width, taps: $0) }
      ?? ConvNorm(
        convolution: scope / "conv2", norm: scope / "bn2", from: width, to: width, kernelSize: 3,
        stride: stride, dilation: dilation, activation: .relu)
    expand = ConvNorm(
      convolution: scope / "conv3", norm: scope / "bn3", from: width, to: outputs, kernelSize: 1)
    let place = scope / "downsample"
    shortcut =
      inputs == outputs && stride == 1
      ? nil
      : ConvNorm(
        convolution: place / 0, norm: place / 1, from: inputs, to: outputs, kernelSize: 1,
        stride: stride)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    relu(expand(middle(reduce(x))) + (shortcut?(x) ?? x))
  }
}

/// The circular convolution of a bottleneck with its norm and activation.
private struct CircularMiddle: Module {
  private let convolution: PositionAwareConvolution
  private let norm: BatchNorm

  init(_ scope: Scope, channels: Int, taps: Int) {
    convolution = PositionAwareConvolution(
      scope, names: ("parc_H", "parc_W"), channels: channels, taps: taps, hasPositions: true,
      isDepthwise: false)
    norm = BatchNorm(scope / "bn2", channels: channels)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { relu(norm(convolution(x))) }
}
