import EdgeGraph
import EdgeNN

/// MobileNetV2 (arXiv:1801.04381) as torchvision has it, and with circular convolutions (reference
/// code `hkzhang-git/ParC-Net`, `ParC_ConvNets/ParC_mobilenetv2.py`).
struct MobileNetV2: ClassificationNetwork {
  struct Configuration: NetworkArchitecture {
    /// Circular convolutions, by the index of the block among `features`.
    var circular: [Int: CircularStep] = [:]

    func network(
      _ scope: Scope, options: NetworkConfiguration
    ) -> any ClassificationNetwork {
      MobileNetV2(scope, configuration: self, options: options)
    }
  }

  struct CircularStep: Hashable {
    let taps: Int
    let hasPositions: Bool
  }

  /// Expansion, channels, blocks and stride of the first one (table 2 of the paper).
  private static let stages = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
  ]

  private let layers: [any Module]
  private let dropout: DropElements
  private let head: Linear

  init(_ scope: Scope, configuration: Configuration, options: NetworkConfiguration) {
    let place = scope / "features"
    var layers: [any Module] = [
      ConvNorm(
        convolution: place / 0 / 0, norm: place / 0 / 1, from: 3, to: 32, kernelSize: 3, stride: 2,
        activation: .relu6)
    ]
    var channels = 32
    for (expansion, outputs, depth, stride) in Self.stages {
      for block in 0..<depth {
        layers.append(
          LinearBottleneck(
            place / layers.count, from: channels, to: outputs, expansion: expansion,
            stride: block == 0 ? stride : 1, circular: configuration.circular[layers.count]))
        channels = outputs
      }
    }
    let last = place / layers.count
    layers.append(
      ConvNorm(
        convolution: last / 0, norm: last / 1, from: channels, to: 1280, kernelSize: 1,
        activation: .relu6))
    self.layers = layers
    dropout = DropElements(scope / "classifier" / 0, rate: options.dropoutRate)
    head = Linear(
      scope / "classifier" / 1, from: 1280, to: options.classes,
      initializer: .normal(standardDeviation: 0.01))
  }

  /// - Parameter x: normalized images, `[n, h, w, 3]`, each side at least 32.
  /// - Returns: logits `[n, classes]` and the outputs of all layers, with strides from 2 to 32.
  func callAsFunction(_ x: Tensor) -> (logits: Tensor, features: [Graph.Output]) {
    var x = x
    var features: [Graph.Output] = []
    for layer in layers {
      x = layer(x)
      features.append(Graph.Output("features.\(features.count)", x))
    }
    return (head(dropout(x.spatialMean())), features)
  }
}

extension ModelFamily {
  static let mobileNetV2 = ModelFamily(
    name: "MobileNetV2", landmarks: ["features.1.conv.0.0.weight"], head: "classifier.1",
    sizes: .atLeast(32))
}

extension ModelDescription {
  // Top-1 at 224x224: README of hkzhang-git/ParC-Net, which trained both by ConvNeXt's recipe, with
  // a bicubic filter. The plain one is evaluated as torchvision's weights are.
  static let mobileNetV2: [ModelDescription] = [
    ModelDescription(
      "mobilenetv2", aliases: ["mobilenet_v2"], family: .mobileNetV2, MobileNetV2.Configuration(),
      top1: 70.2, transform: .imageNet224),
    ModelDescription(
      "gcc_mobilenetv2", aliases: ["parc_mobilenetv2"], family: .mobileNetV2,
      MobileNetV2.Configuration(circular: [
        9: .init(taps: 14, hasPositions: true), 10: .init(taps: 14, hasPositions: false),
        13: .init(taps: 14, hasPositions: true), 16: .init(taps: 7, hasPositions: true),
      ]), top1: 71.1, transform: Transform(crop: 224, margin: .fraction(0.875))),
  ]
}
