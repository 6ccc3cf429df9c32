import EdgeGraph
import EdgeNN

/// EdgeViT (arXiv:2205.03436; reference code `saic-fi/edgevit`, `src/edgevit.py`), and a form with
/// circular convolutions, which the EdgeFormer paper names without describing it: see
/// ``circularBlocks``.
struct EdgeViT: BackboneArchitecture {
  var depths: [Int]
  var channels: [Int]
  var headWidth: Int
  /// Every how many tokens one takes part in the attention of a stage.
  var samplingSteps = [4, 2, 2, 1]
  /// Blocks at the end of the third stage whose 5x5 convolution is a circular one of 14 taps
  /// instead, the first of them with positions. This is the rule by which EdgeFormer's authors
  /// change other networks; for EdgeViT it is this package's own choice.
  var circularBlocks = 0

  /// Where a step is left out, the depthwise convolutions of the stages after it are dilated; how
  /// many tokens take part in the attention doesn't change.
  ///
  /// Sides of images are multiples of 32. The features are `stage1` to `stage4`.
  func backbone(
    _ scope: Scope, options: NetworkConfiguration, outputStride: OutputStride
  ) -> Backbone {
    let rates = options.dropPathRates(blocks: depths)
    let parts = channels.indices.map { stage in
      let stride = 4 << stage
      let embedding = PatchEmbedding(
        scope / "patch_embed\(stage + 1)", from: stage == 0 ? 3 : channels[stage - 1],
        to: channels[stage], stride: stride, outputStride: outputStride)
      let blocks = (0..<depths[stage]).flatMap { block in
        self.block(
          scope / "blocks\(stage + 1)" / block, stage: stage, block: block,
          dropPath: rates[stage][block], dilation: outputStride.dilation(at: stride))
      }
      return Backbone.Part(
        name: "stage\(stage + 1)", channels: channels[stage], stride: stride,
        modules: [embedding] + blocks)
    }
    return Backbone(parts, outputStride: outputStride)
  }

  /// Local aggregation, where the attention that follows sees only some of the tokens.
  private func block(
    _ scope: Scope, stage: Int, block: Int, dropPath rate: Double, dilation: Int
  ) -> [any Module] {
    let channels = channels[stage]
    let step = samplingSteps[stage]
    let attention = SparseAttentionBlock(
      scope / "SelfAttn", channels: channels, heads: channels / headWidth, samplingStep: step,
      dropPath: rate, dilation: dilation)
    guard step > 1 else { return [attention] }
    let local = LocalAggregation(
      scope / "LocalAgg", channels: channels, circular: circular(stage: stage, block: block),
      dropPath: rate, dilation: dilation)
    return [local, attention]
  }

  /// The circular convolution of a block; nil for a plain one.
  private func circular(stage: Int, block: Int) -> (taps: Int, hasPositions: Bool)? {
    let first = depths[2] - circularBlocks
    return stage == 2 && block >= first ? (14, block == first) : nil
  }

  func head(_ scope: Scope, options: NetworkConfiguration) -> ClassificationHead {
    ClassificationHead(
      before: BatchNorm(scope / "norm", channels: channels[3]),
      dropout: DropElements(scope / "head_dropout", rate: options.dropoutRate),
      linear: Linear(scope / "head", from: channels[3], to: options.classes))
  }
}

/// Patches as tokens: a convolution without overlap, then a layer norm.
///
/// - Input: `[n, h, w, in]`; output: `[n, h / step, w / step, out]`. Where a step is left out, patches
///   overlap, and zeros below and to the right keep height and width (this package's rule).
private struct PatchEmbedding: Module {
  private let projection: Conv2D
  private let norm: LayerNorm

  /// - Parameter stride: of its map, as published.
  init(
    _ scope: Scope, from inputs: Int, to outputs: Int, stride: Int, outputStride: OutputStride
  ) {
    let patch = stride == 4 ? 4 : 2
    let step = outputStride.step(to: stride)
    let dilation = outputStride.dilation(at: stride / 2)
    projection = Conv2D(
      scope / "proj", from: inputs, to: outputs, kernelSize: patch,
      stride: stride == 4 ? patch : step, padding: 0, endPadding: step == 1 ? dilation : 0,
      dilation: dilation, initializer: .pyTorch(fanIn: inputs * patch * patch))
    norm = LayerNorm(scope / "norm", channels: outputs, epsilon: 1e-5)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { norm(projection(x)) }
}

extension EdgeViT {
  static let xxSmall = Self(depths: [1, 1, 3, 2], channels: [36, 72, 144, 288], headWidth: 36)
  static let xSmall = Self(depths: [1, 1, 3, 1], channels: [48, 96, 240, 384], headWidth: 48)
  static let small = Self(depths: [1, 2, 5, 3], channels: [48, 96, 240, 384], headWidth: 48)
}

extension ModelFamily {
  static let edgeViT = ModelFamily(
    name: "EdgeViT", landmarks: ["patch_embed1.proj.weight"], head: "head",
    sizes: .multiples(of: 32), countsNorms: true)
}

extension ModelDescription {
  // Top-1 at 224x224: arXiv:2205.03436.
  static let edgeViT: [ModelDescription] = [
    edgeViT("edgevit_xxs", .xxSmall, score: 74.4),
    edgeViT("edgevit_xs", .xSmall, score: 77.5),
    edgeViT(
      "edgevit_s", .small, score: 81.0,
      notes: ["The paper prints 11.1M parameters; the official code has 13.1M."]),
    edgeViT(
      "gcc_edgevit_xs", aliases: ["parc_edgevit_xs"], circularXSmall, score: nil,
      notes: [
        "The EdgeFormer paper names it without describing it: which convolutions are circular is "
          + "this package's choice."
      ]),
  ]

  private static var circularXSmall: EdgeViT {
    var configuration = EdgeViT.xSmall
    configuration.circularBlocks = 2
    return configuration
  }

  private static func edgeViT(
    _ name: String, aliases: [String] = [], _ configuration: EdgeViT, score: Double?,
    notes: [String] = []
  ) -> ModelDescription {
    ModelDescription(
      name, aliases: aliases, family: .edgeViT, configuration, score: score,
      transform: Transform(crop: 224, margin: .fraction(0.875)), notes: notes)
  }
}
