import EdgeGraph
import EdgeNN

/// timm's variant of EdgeNeXt-Small (`timm/models/edgenext.py`, `edgenext_small_rw`): a stem of
/// overlapping patches, stages that begin with a strided encoder instead of a downsampling layer, and
/// convolutions without bias. Parameters have timm's names.
struct EdgeNeXtSmallRW: BackboneArchitecture {
  private static let configuration = EdgeNeXt.Configuration(
    depths: [3, 3, 9, 3], channels: [48, 96, 192, 384], heads: 8)

  /// Where a step is left out, the depthwise kernels after it are dilated.
  ///
  /// The features are `stage1` to `stage4`.
  func backbone(
    _ scope: Scope, options: NetworkConfiguration, outputStride: OutputStride
  ) -> Backbone {
    let channels = Self.configuration.channels
    let rates = options.dropPathRates(blocks: Self.configuration.depths)
    let stem: [any Module] = [
      Conv2D(
        scope / "stem" / 0, from: 3, to: channels[0], kernelSize: 9, stride: 4, padding: 4,
        hasBias: false),
      LayerNorm(scope / "stem" / 1, channels: channels[0]),
    ]
    let parts = channels.indices.map { stage in
      let blocks = rates[stage].enumerated().map { block, rate in
        Self.block(
          scope / "stages" / stage / "blocks" / block, stage: stage, block: block, dropPath: rate,
          layerScale: options.layerScale ?? MLP.layerScale, outputStride)
      }
      return Backbone.Part(
        name: "stage\(stage + 1)", channels: channels[stage], stride: 4 << stage,
        modules: stage == 0 ? stem + blocks : blocks)
    }
    return Backbone(parts, outputStride: outputStride)
  }

  private static func block(
    _ scope: Scope, stage: Int, block: Int, dropPath rate: Double, layerScale: Double,
    _ outputStride: OutputStride
  ) -> any Module {
    let channels = configuration.channels
    let stride = 4 << stage
    if stage > 0 && block == configuration.depths[stage] - 1 {
      return SDTAEncoder(
        scope, stage: stage, configuration, dropPath: rate,
        dilation: outputStride.dilation(at: stride), isTimmVariant: true)
    }
    let isStep = stage > 0 && block == 0
    return StridedConvEncoder(
      scope, from: channels[isStep ? stage - 1 : stage], to: channels[stage],
      kernelSize: configuration.kernelSizes[stage],
      stride: isStep ? outputStride.step(to: stride) : 1,
      dilation: outputStride.dilation(at: isStep ? stride / 2 : stride), dropPath: rate,
      layerScale: layerScale)
  }

  func head(_ scope: Scope, options: NetworkConfiguration) -> ClassificationHead {
    let channels = Self.configuration.channels[3]
    let place = scope / "head"
    return ClassificationHead(
      after: LayerNorm(place / "norm", channels: channels),
      dropout: DropElements(place / "drop", rate: options.dropoutRate),
      linear: Linear(place / "fc", from: channels, to: options.classes))
  }
}

/// Depthwise convolution → norm → MLP, added to the input, or to the convolution's result where that
/// has another shape (timm's `ConvBlock`).
///
/// - Input: `[n, h, w, in]`; output: `[n, ⌈h / stride⌉, ⌈w / stride⌉, out]`.
private struct StridedConvEncoder: Module {
  private let depthwise: Conv2D
  private let norm: LayerNorm
  private let mlp: MLP
  private let dropPath: DropPath
  private let changesShape: Bool

  /// - Parameter outputs: a multiple of `inputs`.
  init(
    _ scope: Scope, from inputs: Int, to outputs: Int, kernelSize: Int, stride: Int,
    dilation: Int, dropPath rate: Double, layerScale: Double
  ) {
    depthwise = Conv2D(
      scope / "conv_dw", from: inputs, to: outputs, kernelSize: kernelSize, stride: stride,
      padding: kernelSize / 2 * dilation, groups: inputs, dilation: dilation, hasBias: false)
    norm = LayerNorm(scope / "norm", channels: outputs)
    mlp = MLP(
      scope, channels: outputs, usesHardswish: false, layerScale: layerScale, usesTimmNames: true)
    dropPath = DropPath(scope / "drop_path", rate: rate)
    changesShape = stride > 1 || inputs != outputs
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let convolved = depthwise(x)
    return (changesShape ? convolved : x) + dropPath(mlp(norm(convolved)))
  }
}
