import EdgeGraph
import EdgeNN

/// MobileViT (arXiv:2110.02178; reference code `apple/ml-cvnets`,
/// `cvnets/models/classification/mobilevit.py`).
struct MobileViT: CVNetsArchitecture {
  var trunk: CVNetsTrunk
  /// Of the last three layers.
  var transformers: [Transformer]

  struct Transformer: Hashable {
    /// Channels of the tokens, and of their MLPs.
    var width, hidden: Int
    var layers: Int
  }

  func block(_ scope: Scope, layer: Int, options: NetworkConfiguration) -> any Module {
    MobileViTBlock(
      scope, channels: trunk.channels[layer], transformers[layer - 3],
      dropout: options.dropoutRate)
  }
}

extension MobileViT {
  static let xxSmall = MobileViT(
    trunk: .init(channels: [16, 16, 24, 48, 64, 80], expansion: 2),
    transformers: [
      .init(width: 64, hidden: 128, layers: 2), .init(width: 80, hidden: 160, layers: 4),
      .init(width: 96, hidden: 192, layers: 3),
    ])
  static let xSmall = MobileViT(
    trunk: .init(channels: [16, 32, 48, 64, 80, 96]),
    transformers: [
      .init(width: 96, hidden: 192, layers: 2), .init(width: 120, hidden: 240, layers: 4),
      .init(width: 144, hidden: 288, layers: 3),
    ])
  static let small = MobileViT(
    trunk: .init(channels: [16, 32, 64, 96, 128, 160]),
    transformers: [
      .init(width: 144, hidden: 288, layers: 2), .init(width: 192, hidden: 384, layers: 4),
      .init(width: 240, hidden: 480, layers: 3),
    ])
}

extension ModelFamily {
  static let mobileViT = ModelFamily(
    name: "MobileViT", landmarks: ["layer_3.1.local_rep.conv_3x3.block.conv.weight"],
    head: "classifier.fc", sizes: .atLeast(32))
}

extension ModelDescription {
  // Top-1: arXiv:2110.02178.
  static let mobileViT: [ModelDescription] = [
    ModelDescription(
      "mobilevit_xxs", family: .mobileViT, MobileViT.xxSmall, score: 69.0, transform: .cvnets,
      notes: ["The EdgeNeXt paper prints 364M multiply-adds."]),
    ModelDescription(
      "mobilevit_xs", family: .mobileViT, MobileViT.xSmall, score: 74.8, transform: .cvnets,
      notes: ["The EdgeNeXt paper prints 886M multiply-adds."]),
    ModelDescription(
      "mobilevit_s", family: .mobileViT, MobileViT.small, score: 78.4, transform: .cvnets),
  ]
}
