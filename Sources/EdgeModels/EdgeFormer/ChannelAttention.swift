import EdgeGraph
import EdgeNN

/// Squeeze and excitation (arXiv:1709.01507): each channel times a number from 0 to 1 that follows
/// from the means of all channels. Parameters as the elements `0`, `1`, `3` and `4` of a sequence.
///
/// - Input and output: `[n, h, w, channels]`.
struct ChannelAttention: Module {
  private let squeeze, excite: ConvNorm

  /// - Parameter reduction: how many times fewer numbers are between.
  init(_ scope: Scope, channels: Int, reduction: Int) {
    let hidden = channels / reduction
    squeeze = ConvNorm(
      convolution: scope / 0, norm: scope / 1, from: channels, to: hidden, kernelSize: 1,
      activation: .hardswish)
    excite = ConvNorm(
      convolution: scope / 3, norm: scope / 4, from: hidden, to: channels, kernelSize: 1,
      activation: .hardsigmoid)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { x * excite(squeeze(x.spatialMean().asMap)) }
}
