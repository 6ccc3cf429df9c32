import EdgeGraph
import EdgeNN

/// ConvNeXt (arXiv:2201.03545) of the size that EdgeFormer's authors compare with, XT, and with
/// circular convolutions (reference code `hkzhang-git/ParC-Net`,
/// `ParC_ConvNets/ParC_convnext.py`).
struct ConvNeXt: ClassificationNetwork {
  struct Configuration: NetworkArchitecture {
    var depths = [3, 3, 9, 3]
    var channels = [48, 96, 192, 384]
    /// Taps of the circular convolutions of each stage, by block.
    var taps: [[Int: Int]] = [[:], [:], [:], [:]]

    func network(
      _ scope: Scope, options: NetworkConfiguration
    ) -> any ClassificationNetwork {
      ConvNeXt(scope, configuration: self, options: options)
    }
  }

  private let downsampling: [Downsampling]
  private let stages: [[ConvNeXtBlock]]
  private let norm: LayerNorm
  private let dropout: DropElements
  private let head: Linear

  init(_ scope: Scope, configuration: Configuration, options: NetworkConfiguration) {
    let channels = configuration.channels
    let rates = options.dropPathRates(blocks: configuration.depths)
    downsampling = channels.indices.map { stage in
      Downsampling(
        scope / "downsample_layers" / stage, from: stage == 0 ? 3 : channels[stage - 1],
        to: channels[stage], isStem: stage == 0, usesBatchNorm: false)
    }
    stages = channels.indices.map { stage in
      (0..<configuration.depths[stage]).map { block in
        ConvNeXtBlock(
          scope / "stages" / stage / block, channels: channels[stage],
          taps: configuration.taps[stage][block], dropPath: rates[stage][block],
          layerScale: options.layerScale ?? MLP.layerScale)
      }
    }
    norm = LayerNorm(scope / "norm", channels: channels[3])
    dropout = DropElements(scope / "head_dropout", rate: options.dropoutRate)
    head = Linear(scope / "head", from: channels[3], to: options.classes)
  }

  /// - Parameter x: normalized images, `[n, h, w, 3]`, each side at least 32; rows and columns that
  ///   don't fill a cell of 4, 8, 16 and 32 pixels are dropped.
  /// - Returns: logits `[n, classes]`; the outputs of the downsampling layers and stages, strides 4 to
  ///   32, and the normalized pooled features.
  func callAsFunction(_ x: Tensor) -> (logits: Tensor, features: [Graph.Output]) {
    var x = x
    var features: [Graph.Output] = []
    for (stage, (downsample, blocks)) in zip(downsampling, stages).enumerated() {
      x = downsample(x)
      features.append(Graph.Output("downsample_layers.\(stage)", x))
      for block in blocks { x = block(x) }
      features.append(Graph.Output("stages.\(stage)", x))
    }
    let pooled = norm(x.spatialMean())
    features.append(Graph.Output("norm", pooled))
    return (head(dropout(pooled)), features)
  }
}

/// 7x7 depthwise or circular convolution, layer norm, MLP, added to the input.
///
/// - Input and output: `[n, h, w, c]`.
private struct ConvNeXtBlock: Module {
  private let convolution: any Module
  private let norm: LayerNorm
  private let mlp: MLP
  private let dropPath: DropPath

  init(_ scope: Scope, channels: Int, taps: Int?, dropPath rate: Double, layerScale: Double) {
    convolution =
      taps.map {
        PositionAwareConvolution(
          scope, names: ("gcc_H", "gcc_W"), channels: channels, taps: $0, hasPositions: true,
          isDepthwise: true)
      } ?? DepthwiseConv2D(scope / "dwconv", channels: channels, kernelSize: 7)
    norm = LayerNorm(scope / "norm", channels: channels)
    mlp = MLP(scope, channels: channels, usesHardswish: false, layerScale: layerScale)
    dropPath = DropPath(scope / "drop_path", rate: rate)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { x + dropPath(mlp(norm(convolution(x)))) }
}

extension ModelFamily {
  static let convNeXt = ModelFamily(
    name: "ConvNeXt", landmarks: ["stages.1.2.dwconv.weight"], head: "head",
    sizes: .atLeast(32))
}

extension ModelDescription {
  // Top-1 at 224x224: README of hkzhang-git/ParC-Net.
  static let convNeXt: [ModelDescription] = [
    ModelDescription(
      "convnext_xt", family: .convNeXt, ConvNeXt.Configuration(), top1: 77.5,
      transform: Transform(crop: 224, margin: .fraction(0.875)),
      notes: ["The authors of ParC-Net print 0.6G multiply-adds, half of the true count."]),
    ModelDescription(
      "gcc_convnext_xt", aliases: ["parc_convnext_xt"], family: .convNeXt,
      ConvNeXt.Configuration(taps: [[:], [:], [6: 14, 7: 14, 8: 14], [2: 7]]), top1: 78.3,
      transform: Transform(crop: 224, margin: .fraction(0.875)),
      notes: ["The authors of ParC-Net print 0.6G multiply-adds, half of the true count."]),
  ]
}
