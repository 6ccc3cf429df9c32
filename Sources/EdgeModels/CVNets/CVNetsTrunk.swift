import EdgeGraph
import EdgeNN

/// What the networks from cvnets have in common: a stem, five layers of which the last three end
/// with a block of the family's own, an expansion, and the head.
protocol CVNetsArchitecture: BackboneArchitecture {
  var trunk: CVNetsTrunk { get }

  /// Makes the block at the end of layer 3, 4 or 5.
  func block(_ scope: Scope, layer: Int, options: NetworkConfiguration) -> any Module
}

struct CVNetsTrunk: Hashable {
  /// Of the stem, then of the five layers.
  var channels: [Int]
  var stemKernelSize = 3
  var expansion = 4

  /// Of the features that are pooled.
  var features: Int { min(4 * channels[5], 960) }

  /// The blocks of a layer, as far as all families have the same ones.
  ///
  /// Where a step is left out, only later layers are dilated, and only their first block: as the
  /// official code has it, which looks up the dilation before it raises it.
  func blocks(_ scope: Scope, layer: Int, outputStride: OutputStride) -> [any Module] {
    let first = InvertedResidual(
      scope / 0, from: channels[layer - 1], to: channels[layer],
      stride: layer == 1 ? 1 : outputStride.step(to: 1 << layer), expansion: expansion,
      dilation: outputStride.dilation(at: 1 << (layer - 1)))
    guard layer == 2 else { return [first] }
    return [first]
      + (1...2).map { index in
        InvertedResidual(
          scope / index, from: channels[2], to: channels[2], stride: 1, expansion: expansion)
      }
  }
}

extension CVNetsArchitecture {
  func backbone(
    _ scope: Scope, options: NetworkConfiguration, outputStride: OutputStride
  ) -> Backbone {
    for alias in aliases.keys { (scope / alias).ignore() }
    let stem = ConvNorm(
      cvnets: scope / "conv_1", from: 3, to: trunk.channels[0],
      kernelSize: trunk.stemKernelSize, stride: 2)
    let layers = (1...5).map { layer in
      let place = scope / "layer_\(layer)"
      return Backbone.Part(
        name: "layer_\(layer)", channels: trunk.channels[layer], stride: 1 << layer,
        modules: trunk.blocks(place, layer: layer, outputStride: outputStride)
          + (layer > 2 ? [block(place / 1, layer: layer, options: options)] : []))
    }
    return Backbone(
      [Backbone.Part(name: "conv_1", channels: trunk.channels[0], stride: 2, modules: [stem])]
        + layers, outputStride: outputStride)
  }

  func head(_ scope: Scope, options: NetworkConfiguration) -> ClassificationHead {
    let expansion = ConvNorm(
      cvnets: scope / "conv_1x1_exp", from: trunk.channels[5], to: trunk.features, kernelSize: 1)
    return ClassificationHead(
      before: expansion, beforeName: "conv_1x1_exp",
      dropout: DropElements(scope / "classifier" / "dropout", rate: options.dropoutRate),
      linear: Linear(scope / "classifier" / "fc", from: trunk.features, to: options.classes))
  }
}
