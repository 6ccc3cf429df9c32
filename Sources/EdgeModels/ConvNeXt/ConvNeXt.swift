import EdgeGraph
import EdgeNN

/// ConvNeXt (arXiv:2201.03545) of the size that EdgeFormer's authors compare with, XT, and with
/// circular convolutions (reference code `hkzhang-git/ParC-Net`,
/// `ParC_ConvNets/ParC_convnext.py`).
struct ConvNeXt: BackboneArchitecture {
  var depths = [3, 3, 9, 3]
  var channels = [48, 96, 192, 384]
  /// Taps of the circular convolutions of each stage, by block.
  var taps: [[Int: Int]] = [[:], [:], [:], [:]]

  /// Where a step is left out, the depthwise kernels of the stages after it are dilated.
  ///
  /// Sides of images are at least 32; rows and columns that don't fill a cell of 4, 8, 16 and 32
  /// pixels are dropped. The features are the outputs of the downsampling layers and the stages.
  func backbone(
    _ scope: Scope, options: NetworkConfiguration, outputStride: OutputStride
  ) -> Backbone {
    let rates = options.dropPathRates(blocks: depths)
    let parts = channels.indices.flatMap { stage -> [Backbone.Part] in
      let stride = 4 << stage
      let downsampling = Downsampling(
        scope / "downsample_layers" / stage, from: stage == 0 ? 3 : channels[stage - 1],
        to: channels[stage], stride: stride, outputStride: outputStride,
        usesBatchNorm: false)
      let blocks = (0..<depths[stage]).map { block in
        ConvNeXtBlock(
          scope / "stages" / stage / block, channels: channels[stage],
          taps: taps[stage][block], dropPath: rates[stage][block],
          layerScale: options.layerScale ?? MLP.layerScale,
          dilation: outputStride.dilation(at: stride))
      }
      return [
        Backbone.Part(
          name: "downsample_layers.\(stage)", channels: channels[stage], stride: stride,
          modules: [downsampling]),
        Backbone.Part(
          name: "stages.\(stage)", channels: channels[stage], stride: stride, modules: blocks),
      ]
    }
    return Backbone(parts, outputStride: outputStride)
  }

  /// The feature of its own is the normalized mean, `norm`.
  func head(_ scope: Scope, options: NetworkConfiguration) -> ClassificationHead {
    ClassificationHead(
      after: LayerNorm(scope / "norm", channels: channels[3]), pooled: (name: "norm", isMap: false),
      dropout: DropElements(scope / "head_dropout", rate: options.dropoutRate),
      linear: Linear(scope / "head", from: channels[3], to: options.classes))
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

  init(
    _ scope: Scope, channels: Int, taps: Int?, dropPath rate: Double, layerScale: Double,
    dilation: Int
  ) {
    convolution =
      taps.map {
        PositionAwareConvolution(
          scope, names: ("gcc_H", "gcc_W"), channels: channels, taps: $0, hasPositions: true,
          isDepthwise: true)
      }
      ?? DepthwiseConv2D(
        scope / "dwconv", channels: channels, kernelSize: 7, dilation: dilation)
    norm = LayerNorm(scope / "norm", channels: channels)
    mlp = MLP(scope, channels: channels, usesHardswish: false, layerScale: layerScale)
    dropPath = DropPath(scope / "drop_path", rate: rate)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { x + dropPath(mlp(norm(convolution(x)))) }
}

extension ModelFamily {
  static let convNeXt = ModelFamily(
    name: "ConvNeXt", landmarks: ["stages.1.2.dwconv.weight"], head: "head",
    sizes: .atLeast(32), dropsPartialCells: true)
}

extension ModelDescription {
  // Top-1 at 224x224: README of hkzhang-git/ParC-Net.
  static let convNeXt: [ModelDescription] = [
    ModelDescription(
      "convnext_xt", family: .convNeXt, ConvNeXt(), score: 77.5,
      transform: Transform(crop: 224, margin: .fraction(0.875)),
      notes: ["The authors of ParC-Net print 0.6G multiply-adds, half of the true count."]),
    ModelDescription(
      "gcc_convnext_xt", aliases: ["parc_convnext_xt"], family: .convNeXt,
      ConvNeXt(taps: [[:], [:], [6: 14, 7: 14, 8: 14], [2: 7]]), score: 78.3,
      transform: Transform(crop: 224, margin: .fraction(0.875)),
      notes: ["The authors of ParC-Net print 0.6G multiply-adds, half of the true count."]),
  ]
}
