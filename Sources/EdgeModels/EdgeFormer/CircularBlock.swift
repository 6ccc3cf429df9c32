import EdgeGraph
import EdgeNN

/// Two circular convolutions on each half of the channels, along height and width in one order and in
/// the other, then an MLP with channel attention; both added to what enters them (reference code
/// `cvnets/modules/gcc_ca.py`).
///
/// - Input and output: `[n, h, w, channels]`.
struct CircularBlock: Module {
  private let halves: [Half]
  private let norm: BatchNorm
  private let expand, project: Conv2D
  private let dropout: DropElements
  private let attention: ChannelAttention

  init(
    _ scope: Scope, channels: Int, hidden: Int, taps: Int, hasPositions: Bool, dropout rate: Double
  ) {
    halves = [(1, [CircularConvolution.Axis.height, .width]), (2, [.width, .height])].map {
      number, axes in
      Half(
        scope, number: number, axes: axes, channels: channels / 2, taps: taps,
        hasPositions: hasPositions)
    }
    let ffn = scope / "ffn"
    norm = BatchNorm(ffn / 0, channels: channels)
    expand = Conv2D(
      ffn / 1, from: channels, to: hidden, kernelSize: 1,
      initializer: .kaiming(outputs: hidden, kernelSize: 1))
    project = Conv2D(
      ffn / 4, from: hidden, to: channels, kernelSize: 1,
      initializer: .kaiming(outputs: channels, kernelSize: 1))
    dropout = DropElements(ffn / 5, rate: rate)
    attention = ChannelAttention(scope / "ca" / "fc", channels: channels, reduction: 16)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let parts = x.split(widths: [x.shape.columns / 2, x.shape.columns / 2])
    let mixed = Tensor.concatenate(zip(parts, halves).map { $0 + $1($0) })
    let hidden = dropout(project(hardswish(expand(norm(mixed)))))
    return mixed + attention(hidden)
  }

  /// One half of the channels: positions, norm, a convolution along one axis, positions, a convolution
  /// along the other. Parameters `meta_kernel_1_H` and so on; positions `meta_pe_1_H` and so on if it
  /// has them; `pre_Norm_1` or `pre_Norm_2`.
  private struct Half: Module {
    private let positions: [Tensor]
    private let convolutions: [CircularConv2D]
    private let norm: BatchNorm

    init(
      _ scope: Scope, number: Int, axes: [CircularConvolution.Axis], channels: Int, taps: Int,
      hasPositions: Bool
    ) {
      // Both halves number their convolutions by the order in which they run.
      let letters = axes.map { $0 == .height ? "H" : "W" }
      convolutions = zip(axes, letters).enumerated().map { step, place in
        CircularConv2D(
          scope, along: place.0, from: channels, to: channels, taps: taps, groups: channels,
          hasBias: false, name: "meta_kernel_\(step + 1)_\(place.1)",
          initializer: .pyTorch(fanIn: taps))
      }
      positions =
        hasPositions
        ? axes.indices.map { step in
          scope.parameter(
            "meta_pe_\(step + 1)_\(letters[step])",
            axes[step] == .height ? [1, channels, taps, 1] : [1, channels, 1, taps],
            .normal(standardDeviation: 1))
        } : []
      norm = BatchNorm(scope / "pre_Norm_\(number)", channels: channels)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
      let first = convolutions[0](norm(placed(x, step: 0)))
      return convolutions[1](placed(first, step: 1))
    }

    private func placed(_ x: Tensor, step: Int) -> Tensor {
      if positions.isEmpty { return x }
      return x + positions[step].positionImage(height: x.shape[1], width: x.shape[2])
    }
  }
}
