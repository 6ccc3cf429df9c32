import EdgeGraph
import EdgeNN

/// EdgeViT (arXiv:2205.03436; reference code `saic-fi/edgevit`, `src/edgevit.py`), and a form with
/// circular convolutions, which the EdgeFormer paper names without describing it: see
/// ``Configuration/circularBlocks``.
struct EdgeViT: ClassificationNetwork {
  struct Configuration: NetworkArchitecture {
    var depths: [Int]
    var channels: [Int]
    var headWidth: Int
    /// Every how many tokens one takes part in the attention of a stage.
    var samplingSteps = [4, 2, 2, 1]
    /// Blocks at the end of the third stage whose 5x5 convolution is a circular one of 14 taps
    /// instead, the first of them with positions. This is the rule by which EdgeFormer's authors
    /// change other networks; for EdgeViT it is this package's own choice.
    var circularBlocks = 0

    func network(
      _ scope: Scope, options: NetworkConfiguration
    ) -> any ClassificationNetwork {
      EdgeViT(scope, configuration: self, options: options)
    }

    /// The circular convolution of a block; nil for a plain one.
    func circular(stage: Int, block: Int) -> (taps: Int, hasPositions: Bool)? {
      let first = depths[2] - circularBlocks
      return stage == 2 && block >= first ? (14, block == first) : nil
    }
  }

  private let embeddings: [PatchEmbedding]
  private let stages: [[any Module]]
  private let norm: BatchNorm
  private let dropout: DropElements
  private let head: Linear

  init(_ scope: Scope, configuration: Configuration, options: NetworkConfiguration) {
    let channels = configuration.channels
    let rates = options.dropPathRates(blocks: configuration.depths)
    embeddings = channels.indices.map { stage in
      PatchEmbedding(
        scope / "patch_embed\(stage + 1)", from: stage == 0 ? 3 : channels[stage - 1],
        to: channels[stage], patch: stage == 0 ? 4 : 2)
    }
    stages = channels.indices.map { stage in
      (0..<configuration.depths[stage]).flatMap { block in
        Self.block(
          scope / "blocks\(stage + 1)" / block, stage: stage, block: block, configuration,
          dropPath: rates[stage][block])
      }
    }
    norm = BatchNorm(scope / "norm", channels: channels[3])
    dropout = DropElements(scope / "head_dropout", rate: options.dropoutRate)
    head = Linear(scope / "head", from: channels[3], to: options.classes)
  }

  /// Local aggregation, where the attention that follows sees only some of the tokens.
  private static func block(
    _ scope: Scope, stage: Int, block: Int, _ configuration: Configuration, dropPath rate: Double
  ) -> [any Module] {
    let channels = configuration.channels[stage]
    let step = configuration.samplingSteps[stage]
    let attention = SparseAttentionBlock(
      scope / "SelfAttn", channels: channels, heads: channels / configuration.headWidth,
      samplingStep: step, dropPath: rate)
    guard step > 1 else { return [attention] }
    let local = LocalAggregation(
      scope / "LocalAgg", channels: channels,
      circular: configuration.circular(stage: stage, block: block), dropPath: rate)
    return [local, attention]
  }

  /// - Parameter x: normalized images, `[n, h, w, 3]`, sides multiples of 32.
  /// - Returns: logits `[n, classes]` and the outputs of the four stages, with strides 4, 8, 16, 32.
  func callAsFunction(_ x: Tensor) -> (logits: Tensor, features: [Graph.Output]) {
    var x = x
    var features: [Graph.Output] = []
    for (embed, blocks) in zip(embeddings, stages) {
      x = embed(x)
      for block in blocks { x = block(x) }
      features.append(Graph.Output("stage\(features.count + 1)", x))
    }
    return (head(dropout(norm(x).spatialMean())), features)
  }
}

/// Patches as tokens: a convolution without overlap, then a layer norm.
///
/// - Input: `[n, h, w, in]`; output: `[n, h / patch, w / patch, out]`.
private struct PatchEmbedding: Module {
  private let projection: Conv2D
  private let norm: LayerNorm

  init(_ scope: Scope, from inputs: Int, to outputs: Int, patch: Int) {
    projection = Conv2D(
      scope / "proj", from: inputs, to: outputs, kernelSize: patch, stride: patch,
      initializer: .pyTorch(fanIn: inputs * patch * patch))
    norm = LayerNorm(scope / "norm", channels: outputs, epsilon: 1e-5)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { norm(projection(x)) }
}

extension EdgeViT.Configuration {
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
    edgeViT("edgevit_xxs", .xxSmall, top1: 74.4),
    edgeViT("edgevit_xs", .xSmall, top1: 77.5),
    edgeViT(
      "edgevit_s", .small, top1: 81.0,
      notes: ["The paper prints 11.1M parameters; the official code has 13.1M."]),
    edgeViT(
      "gcc_edgevit_xs", aliases: ["parc_edgevit_xs"], circularXSmall, top1: nil,
      notes: [
        "The EdgeFormer paper names it without describing it: which convolutions are circular is "
          + "this package's choice."
      ]),
  ]

  private static var circularXSmall: EdgeViT.Configuration {
    var configuration = EdgeViT.Configuration.xSmall
    configuration.circularBlocks = 2
    return configuration
  }

  private static func edgeViT(
    _ name: String, aliases: [String] = [], _ configuration: EdgeViT.Configuration, top1: Double?,
    notes: [String] = []
  ) -> ModelDescription {
    ModelDescription(
      name, aliases: aliases, family: .edgeViT, configuration, top1: top1,
      transform: Transform(crop: 224, margin: .fraction(0.875)), notes: notes)
  }
}
