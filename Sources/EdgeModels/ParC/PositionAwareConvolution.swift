import EdgeGraph
import EdgeNN

/// Position-aware circular convolution of a convolutional network (ParC, arXiv:2203.03952; reference
/// code `hkzhang-git/ParC-Net`, `ParC_ConvNets/`): the first half of the channels is convolved along
/// the height, the second along the width, around the border and with as many taps as there are
/// positions. Positions may be added before.
///
/// Kernels and positions have a fixed length, that of the feature map at 224x224; at other sizes they
/// are resampled, as in EdgeFormer.
///
/// - Input and output: `[n, h, w, channels]`.
struct PositionAwareConvolution: Module {
  private let vertical, horizontal: Branch

  /// - Parameters:
  ///   - names: of the two branches, such as `gcc_H`.
  ///   - taps: of the kernels.
  ///   - groups: of each branch: 1, or half of the channels.
  init(
    _ scope: Scope, names: (vertical: String, horizontal: String), channels: Int, taps: Int,
    hasPositions: Bool, isDepthwise: Bool
  ) {
    vertical = Branch(
      scope / names.vertical, axis: .height, channels: channels / 2, taps: taps,
      hasPositions: hasPositions, isDepthwise: isDepthwise)
    horizontal = Branch(
      scope / names.horizontal, axis: .width, channels: channels / 2, taps: taps,
      hasPositions: hasPositions, isDepthwise: isDepthwise)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let half = x.shape.columns / 2
    let parts = x.split(widths: [half, half])
    return .concatenate([vertical(parts[0]), horizontal(parts[1])])
  }

  /// One direction: parameters `pe` `[1, c, taps, 1]` or `[1, c, 1, taps]` if it has positions,
  /// `gcc_conv.weight` `[c, c / groups, taps, 1]` or `[c, c / groups, 1, taps]`, `gcc_conv.bias`.
  private struct Branch: Module {
    private let positions: Tensor?
    private let convolution: CircularConv2D

    init(
      _ scope: Scope, axis: CircularConvolution.Axis, channels: Int, taps: Int, hasPositions: Bool,
      isDepthwise: Bool
    ) {
      let shape: Shape = axis == .height ? [1, channels, taps, 1] : [1, channels, 1, taps]
      positions =
        hasPositions
        ? scope.parameter("pe", shape, .truncatedNormal(standardDeviation: 0.02)) : nil
      convolution = CircularConv2D(
        scope / "gcc_conv", along: axis, from: channels, to: channels, taps: taps,
        groups: isDepthwise ? channels : 1,
        initializer: .pyTorch(fanIn: isDepthwise ? taps : taps * channels))
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
      let image = positions?.positionImage(height: x.shape[1], width: x.shape[2])
      return convolution(image.map { x + $0 } ?? x)
    }
  }
}
