import EdgeGraph
import EdgeNN

/// EdgeFormer, also called ParC-Net (arXiv:2203.03952; reference code `hkzhang-git/ParC-Net`,
/// `cvnets/models/classification/edgeformer.py`).
///
/// Kernels and positions of the circular convolutions have the length of the feature map at 256x256;
/// at other sizes they are resampled, along height and width each to its own extent.
struct EdgeFormer: CVNetsArchitecture {
  var trunk: CVNetsTrunk
  /// Of the last three layers.
  var frames: [GlobalFrame.Configuration]

  var aliases: [String: String] { ["residual": "layer_5.0"] }

  func block(_ scope: Scope, layer: Int, options: NetworkConfiguration) -> any Module {
    GlobalFrame(
      scope, channels: trunk.channels[layer], frames[layer - 3], dropout: options.dropoutRate / 2)
  }
}

extension EdgeFormer {
  static let xSmall = EdgeFormer(
    trunk: .init(channels: [16, 32, 64, 96, 128, 160]),
    frames: [
      .init(width: 96, hidden: 192, blocks: 2, taps: 32, concatenates: false),
      .init(width: 128, hidden: 256, blocks: 3, taps: 16, concatenates: false),
      .init(width: 160, hidden: 320, blocks: 2, taps: 8, concatenates: false),
    ])
  static let small = EdgeFormer(
    trunk: .init(channels: [16, 32, 64, 96, 128, 160]),
    frames: [
      .init(width: 192, hidden: 384, blocks: 2, taps: 32),
      .init(width: 256, hidden: 512, blocks: 4, taps: 16),
      .init(width: 320, hidden: 640, blocks: 3, taps: 8),
    ])
  static let huge = EdgeFormer(
    trunk: .init(channels: [48, 96, 144, 216, 288, 432], stemKernelSize: 5),
    frames: [
      .init(width: 324, hidden: 648, blocks: 3, taps: 32),
      .init(width: 432, hidden: 864, blocks: 9, taps: 16),
      .init(width: 432, hidden: 864, blocks: 3, taps: 8),
    ])
}

extension ModelFamily {
  static let edgeFormer = ModelFamily(
    name: "EdgeFormer", landmarks: ["layer_3.1.dim_adaptive.0.block.conv.weight"],
    head: "classifier.fc", sizes: .atLeast(32))
}

extension ModelDescription {
  // Top-1: arXiv:2203.03952; for the other sizes none was published.
  static let edgeFormer: [ModelDescription] = [
    ModelDescription(
      "edgeformer_xs", aliases: ["parcnet_xs"], family: .edgeFormer, EdgeFormer.xSmall, score: nil,
      transform: .cvnets),
    ModelDescription(
      "edgeformer_s", aliases: ["parcnet_s"], family: .edgeFormer, EdgeFormer.small, score: 78.6,
      transform: .cvnets,
      notes: [
        "The paper prints 1.74G multiply-adds: it counts the channel attention at every pixel."
      ]),
    ModelDescription(
      "edgeformer_h", aliases: ["parcnet_h"], family: .edgeFormer, EdgeFormer.huge, score: nil,
      transform: .cvnets),
  ]
}
