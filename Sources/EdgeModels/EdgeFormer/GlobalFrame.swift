import EdgeGraph
import EdgeNN

/// The block at the end of EdgeFormer's last layers: local convolutions, blocks of circular ones, and
/// the fusion of both with the input (reference code `cvnets/modules/outer_frame_v1.py`).
///
/// - Input and output: `[n, h, w, channels]`.
struct GlobalFrame: Module {
  struct Configuration: Hashable {
    /// Channels inside.
    var width: Int
    /// Of the blocks' MLPs.
    var hidden: Int
    var blocks: Int
    /// Of the circular convolutions.
    var taps: Int
    /// Whether the input is fused beside what came of it, or added to it.
    var concatenates = true
  }

  private let reduce: ConvNorm
  private let widen: Conv2D
  private let blocks: [CircularBlock]
  private let norm: BatchNorm
  private let narrow, fusion: ConvNorm
  private let concatenates: Bool

  init(_ scope: Scope, channels: Int, _ configuration: Configuration, dropout: Double) {
    let width = configuration.width
    let groups = Self.greatestCommonDivisor(channels, width)
    let place = scope / "spatial_global_rep"
    reduce = ConvNorm(
      cvnets: scope / "dim_adaptive" / 0, from: channels, to: width, kernelSize: 3, groups: groups)
    widen = Conv2D(
      scope / "dim_adaptive" / 1 / "block" / "conv", from: width, to: width, kernelSize: 1,
      hasBias: false, initializer: .kaiming(outputs: width, kernelSize: 1))
    blocks = (0..<configuration.blocks).map { block in
      CircularBlock(
        place / block, channels: width, hidden: configuration.hidden, taps: configuration.taps,
        hasPositions: block == 0, dropout: dropout)
    }
    norm = BatchNorm(place / configuration.blocks, channels: width)
    narrow = ConvNorm(
      cvnets: scope / "channel_adaptive", from: width, to: channels, kernelSize: 1, groups: groups)
    concatenates = configuration.concatenates
    fusion = ConvNorm(
      cvnets: scope / "local_global_fusion", from: concatenates ? 2 * channels : channels,
      to: channels, kernelSize: 3)
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let local = widen(reduce(x))
    let global = narrow(norm(blocks.reduce(local) { $1($0) }))
    return fusion(concatenates ? .concatenate([global, x]) : x + global)
  }
}
