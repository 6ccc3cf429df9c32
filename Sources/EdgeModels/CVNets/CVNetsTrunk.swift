import EdgeGraph
import EdgeNN

/// What the networks from cvnets have in common: a stem, five layers of which the last three end
/// with a block of the family's own, an expansion, and the head.
struct CVNetsTrunk: ClassificationNetwork {
  struct Configuration: Hashable {
    /// Of the stem, then of the five layers.
    var channels: [Int]
    var stemKernelSize = 3
    var expansion = 4

    /// Of the features that are pooled.
    var features: Int { min(4 * channels[5], 960) }
  }

  private let stem: ConvNorm
  private let layers: [[any Module]]
  private let expansion: ConvNorm
  private let dropout: DropElements
  private let head: Linear

  /// - Parameter block: makes the block at the end of layer 3, 4 or 5, as its own module; gets its
  ///   place and the layer's number.
  init(
    _ scope: Scope, _ configuration: Configuration, options: NetworkConfiguration,
    block: (_ scope: Scope, _ layer: Int) -> any Module
  ) {
    let channels = configuration.channels
    stem = ConvNorm(
      cvnets: scope / "conv_1", from: 3, to: channels[0],
      kernelSize: configuration.stemKernelSize, stride: 2)
    layers = (1...5).map { layer in
      let place = scope / "layer_\(layer)"
      let first = InvertedResidual(
        place / 0, from: channels[layer - 1], to: channels[layer], stride: layer == 1 ? 1 : 2,
        expansion: configuration.expansion)
      if layer == 1 { return [first] }
      if layer > 2 { return [first, block(place / 1, layer)] }
      return [first]
        + (1...2).map { index in
          InvertedResidual(
            place / index, from: channels[2], to: channels[2], stride: 1,
            expansion: configuration.expansion)
        }
    }
    let features = configuration.features
    expansion = ConvNorm(
      cvnets: scope / "conv_1x1_exp", from: channels[5], to: features, kernelSize: 1)
    dropout = DropElements(scope / "classifier" / "dropout", rate: options.dropoutRate)
    head = Linear(scope / "classifier" / "fc", from: features, to: options.classes)
  }

  /// - Parameter x: images, `[n, h, w, 3]`.
  /// - Returns: logits `[n, classes]`; the outputs of stem (stride 2), layers (2, 4, 8, 16, 32) and
  ///   expansion.
  func callAsFunction(_ x: Tensor) -> (logits: Tensor, features: [Graph.Output]) {
    var x = stem(x)
    var features = [Graph.Output("conv_1", x)]
    for (index, blocks) in layers.enumerated() {
      for block in blocks { x = block(x) }
      features.append(Graph.Output("layer_\(index + 1)", x))
    }
    x = expansion(x)
    features.append(Graph.Output("conv_1x1_exp", x))
    return (head(dropout(x.spatialMean())), features)
  }
}
