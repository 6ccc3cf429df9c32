import EdgeGraph
import EdgeNN

/// timm's variant of EdgeNeXt-Small (`timm/models/edgenext.py`, `edgenext_small_rw`): a stem of
/// overlapping patches, stages that begin with a strided encoder instead of a downsampling layer, and
/// convolutions without bias. Parameters have timm's names.
struct EdgeNeXtSmallRW: ClassificationNetwork {
  struct Architecture: NetworkArchitecture {
    func network(
      _ scope: Scope, options: NetworkConfiguration
    ) -> any ClassificationNetwork {
      EdgeNeXtSmallRW(scope, options: options)
    }
  }

  private static let configuration = EdgeNeXt.Configuration(
    depths: [3, 3, 9, 3], channels: [48, 96, 192, 384], heads: 8)

  private let stem: Conv2D
  private let stemNorm: LayerNorm
  private let stages: [[any Module]]
  private let norm: LayerNorm
  private let dropout: DropElements
  private let head: Linear

  init(_ scope: Scope, options: NetworkConfiguration) {
    let configuration = Self.configuration
    let channels = configuration.channels
    let rates = options.dropPathRates(blocks: configuration.depths)
    stem = Conv2D(
      scope / "stem" / 0, from: 3, to: channels[0], kernelSize: 9, stride: 4, padding: 4,
      hasBias: false)
    stemNorm = LayerNorm(scope / "stem" / 1, channels: channels[0])
    stages = channels.indices.map { stage in
      rates[stage].enumerated().map { block, rate -> any Module in
        let place = scope / "stages" / stage / "blocks" / block
        if stage > 0 && block == rates[stage].count - 1 {
          return SDTAEncoder(
            place, stage: stage, configuration, dropPath: rate, isTimmVariant: true)
        }
        return StridedConvEncoder(
          place, from: channels[block == 0 ? max(stage - 1, 0) : stage], to: channels[stage],
          kernelSize: configuration.kernelSizes[stage], stride: stage > 0 && block == 0 ? 2 : 1,
          dropPath: rate, layerScale: options.layerScale ?? MLP.layerScale)
      }
    }
    norm = LayerNorm(scope / "head" / "norm", channels: channels[3])
    dropout = DropElements(scope / "head" / "drop", rate: options.dropoutRate)
    head = Linear(scope / "head" / "fc", from: channels[3], to: options.classes)
  }

  /// - Parameter x: normalized images, `[n, h, w, 3]`, each side at least 32.
  /// - Returns: logits `[n, classes]` and the outputs of the four stages, with strides 4, 8, 16, 32.
  func callAsFunction(_ x: Tensor) -> (logits: Tensor, features: [Graph.Output]) {
    var x = stemNorm(stem(x))
    var features: [Graph.Output] = []
    for blocks in stages {
      for block in blocks { x = block(x) }
      features.append(Graph.Output("stage\(features.count + 1)", x))
    }
    return (head(dropout(norm(x.spatialMean()))), features)
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
    dropPath rate: Double, layerScale: Double
  ) {
    depthwise = Conv2D(
      scope / "conv_dw", from: inputs, to: outputs, kernelSize: kernelSize, stride: stride,
      padding: kernelSize / 2, groups: inputs, hasBias: false)
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
