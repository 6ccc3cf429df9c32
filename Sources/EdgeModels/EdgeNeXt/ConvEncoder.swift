import EdgeGraph
import EdgeNN

/// Depthwise convolution → norm → MLP, added to the input (reference code
/// `models/conv_encoder.py`).
///
/// - Input and output: `[n, h, w, c]`.
struct ConvEncoder: Module {
  private let depthwise: DepthwiseConv2D
  private let norm: Norm
  private let mlp: MLP
  private let dropPath: DropPath

  init(
    _ scope: Scope, stage: Int, _ configuration: EdgeNeXt.Configuration, dropPath rate: Double,
    layerScale: Double, dilation: Int
  ) {
    let channels = configuration.channels[stage]
    depthwise = DepthwiseConv2D(
      scope / "dwconv", channels: channels, kernelSize: configuration.kernelSizes[stage],
      dilation: dilation, hasBias: !configuration.usesBatchNorm)
    norm = Norm(scope / "norm", channels: channels, usesBatchNorm: configuration.usesBatchNorm)
    mlp = MLP(
      scope, channels: channels, usesHardswish: configuration.usesBatchNorm,
      layerScale: layerScale)
    dropPath = DropPath(scope / "drop_path", rate: rate)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    x + dropPath(mlp(norm(depthwise(x))))
  }
}
