import EdgeGraph
import EdgeNN

/// Split depth-wise transpose attention: a chain of 3x3 depthwise convolutions over channel groups,
/// cross-covariance attention, MLP, added to the input (reference code `models/sdta_encoder.py`).
///
/// - Input and output: `[n, h, w, c]`.
struct SDTAEncoder: Module {
  private let widths: [Int]
  private let convolutions: [DepthwiseConv2D]
  private let positions: PositionCode?
  private let attentionNorm: Norm
  private let attention: XCA
  private let attentionGamma: Tensor
  private let norm: Norm
  private let mlp: MLP
  private let dropPath: DropPath

  /// - Parameter isTimmVariant: names of the MLP, and convolutions without bias, as in
  ///   ``EdgeNeXtSmallRW``.
  init(
    _ scope: Scope, stage: Int, _ configuration: EdgeNeXt.Configuration, dropPath rate: Double,
    dilation: Int, isTimmVariant: Bool = false
  ) {
    let channels = configuration.channels[stage]
    let usesBatchNorm = configuration.usesBatchNorm
    widths = Self.groupWidths(channels: channels, scales: configuration.scales[stage])
    convolutions = widths.dropLast().indices.map { [widths] group in
      DepthwiseConv2D(
        scope / "convs" / group, channels: widths[group], kernelSize: 3, dilation: dilation,
        hasBias: !isTimmVariant)
    }
    positions = stage == 1 ? PositionCode(scope / "pos_embd", channels: channels) : nil
    attentionNorm = Norm(scope / "norm_xca", channels: channels, usesBatchNorm: usesBatchNorm)
    attention = XCA(scope / "xca", channels: channels, heads: configuration.heads)
    attentionGamma = scope.parameter("gamma_xca", [channels], .constant(1e-6))
    norm = Norm(scope / "norm", channels: channels, usesBatchNorm: usesBatchNorm)
    mlp = MLP(
      scope, channels: channels, usesHardswish: usesBatchNorm, usesTimmNames: isTimmVariant)
    dropPath = DropPath(scope / "drop_path", rate: rate)
  }

  /// Groups of ⌈channels / scales⌉; the last one is what is left.
  private static func groupWidths(channels: Int, scales: Int) -> [Int] {
    let width = (channels + scales - 1) / scales
    return [Int](repeating: width, count: scales - 1) + [channels - (scales - 1) * width]
  }

  func callAsFunction(_ input: Tensor) -> Tensor {
    input + dropPath(mlp(norm(attended(convolved(input)))))
  }

  /// Each group's convolution sees its input plus the previous group's output; the last group
  /// passes unchanged.
  private func convolved(_ x: Tensor) -> Tensor {
    let groups = x.split(widths: widths)
    var outputs: [Tensor] = []
    for (group, convolution) in zip(groups, convolutions) {
      outputs.append(convolution(outputs.last.map { group + $0 } ?? group))
    }
    return .concatenate(outputs + groups.suffix(1))
  }

  /// Adds the positions and the attention. The batch-norm networks normalize first and keep the
  /// normalized tensor as the residual; the others normalize inside the branch.
  private func attended(_ x: Tensor) -> Tensor {
    if attentionNorm.isBatchNorm {
      let x = positions.map { $0.added(to: attentionNorm(x)) } ?? attentionNorm(x)
      return x + dropPath(attention(x) * attentionGamma)
    }
    let x = positions?.added(to: x) ?? x
    return x + dropPath(attention(attentionNorm(x)) * attentionGamma)
  }
}
