import EdgeGraph
import EdgeNN

/// MobileNetV2 (arXiv:1801.04381) as torchvision has it, and with circular convolutions (reference
/// code `hkzhang-git/ParC-Net`, `ParC_ConvNets/ParC_mobilenetv2.py`).
struct MobileNetV2: BackboneArchitecture {
  /// Circular convolutions, by the index of the block among `features`.
  var circular: [Int: CircularStep] = [:]

  struct CircularStep: Hashable {
    let taps: Int
    let hasPositions: Bool
  }

  /// Expansion, channels, blocks and stride of the first one (table 2 of the paper).
  private static let stages = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
  ]
  /// The index of the last block among `features`.
  private static let lastBlock = stages.reduce(0) { $0 + $1.2 }

  /// Where a step is left out, the depthwise kernels after it are dilated.
  ///
  /// Sides of images are at least 32. The features are the outputs of all layers, `features.0` and so
  /// on.
  func backbone(
    _ scope: Scope, options: NetworkConfiguration, outputStride: OutputStride
  ) -> Backbone {
    let place = scope / "features"
    let stem = ConvNorm(
      convolution: place / 0 / 0, norm: place / 0 / 1, from: 3, to: 32, kernelSize: 3, stride: 2,
      activation: .relu6)
    var parts = [Backbone.Part(name: "features.0", channels: 32, stride: 2, modules: [stem])]
    var (channels, stride) = (32, 2)
    for (expansion, outputs, depth, firstStride) in Self.stages {
      for block in 0..<depth {
        let index = parts.count
        let isStep = block == 0 && firstStride == 2
        let dilation = outputStride.dilation(at: stride)
        if isStep { stride *= 2 }
        let bottleneck = LinearBottleneck(
          place / index, from: channels, to: outputs, expansion: expansion,
          stride: isStep ? outputStride.step(to: stride) : 1, dilation: dilation,
          circular: circular[index])
        channels = outputs
        parts.append(
          Backbone.Part(
            name: "features.\(index)", channels: channels, stride: stride, modules: [bottleneck]))
      }
    }
    return Backbone(parts, outputStride: outputStride)
  }

  func head(_ scope: Scope, options: NetworkConfiguration) -> ClassificationHead {
    let index = Self.lastBlock + 1
    let place = scope / "features" / index
    let last = ConvNorm(
      convolution: place / 0, norm: place / 1, from: 320, to: 1280, kernelSize: 1,
      activation: .relu6)
    return ClassificationHead(
      before: last, beforeName: "features.\(index)",
      dropout: DropElements(scope / "classifier" / 0, rate: options.dropoutRate),
      linear: Linear(
        scope / "classifier" / 1, from: 1280, to: options.classes,
        initializer: .normal(standardDeviation: 0.01)))
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
      "mobilenetv2", aliases: ["mobilenet_v2"], family: .mobileNetV2, MobileNetV2(),
      score: 70.2, transform: .imageNet224),
    ModelDescription(
      "gcc_mobilenetv2", aliases: ["parc_mobilenetv2"], family: .mobileNetV2,
      MobileNetV2(circular: [
        9: .init(taps: 14, hasPositions: true), 10: .init(taps: 14, hasPositions: false),
        13: .init(taps: 14, hasPositions: true), 16: .init(taps: 7, hasPositions: true),
      ]), score: 71.1, transform: Transform(crop: 224, margin: .fraction(0.875))),
  ]
}
