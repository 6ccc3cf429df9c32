import EdgeGraph
import EdgeNN

/// ResNet of bottlenecks (arXiv:1512.03385) as torchvision has it, and with circular convolutions
/// (reference code `hkzhang-git/ParC-Net`, `ParC_ConvNets/ParC_resnet50.py`).
struct ResNet: ClassificationNetwork {
  struct Configuration: NetworkArchitecture {
    var depths = [3, 4, 6, 3]
    /// Taps of the circular convolutions of each stage, by block.
    var taps: [[Int: Int]] = [[:], [:], [:], [:]]

    func network(
      _ scope: Scope, options: NetworkConfiguration
    ) -> any ClassificationNetwork {
      ResNet(scope, configuration: self, options: options)
    }
  }

  private let stem: ConvNorm
  private let stages: [[Bottleneck]]
  private let dropout: DropElements
  private let head: Linear

  init(_ scope: Scope, configuration: Configuration, options: NetworkConfiguration) {
    stem = ConvNorm(
      convolution: scope / "conv1", norm: scope / "bn1", from: 3, to: 64, kernelSize: 7, stride: 2,
      activation: .relu)
    stages = configuration.depths.enumerated().map { stage, depth in
      let width = 64 << stage
      return (0..<depth).map { block in
        Bottleneck(
          scope / "layer\(stage + 1)" / block,
          from: block > 0 ? 4 * width : stage == 0 ? 64 : 2 * width, width: width,
          stride: block == 0 && stage > 0 ? 2 : 1, taps: configuration.taps[stage][block])
      }
    }
    dropout = DropElements(scope / "head_dropout", rate: options.dropoutRate)
    head = Linear(
      scope / "fc", from: 2048, to: options.classes, initializer: .pyTorch(fanIn: 2048))
  }

  /// - Parameter x: normalized images, `[n, h, w, 3]`, each side at least 32.
  /// - Returns: logits `[n, classes]`; the pooled stem, the four stages (strides 4, 8, 16, 32) and
  ///   the pooled features.
  func callAsFunction(_ x: Tensor) -> (logits: Tensor, features: [Graph.Output]) {
    var x = Tensor(MaxPool(kernelSize: 3, stride: 2, padding: 1), [stem(x)], at: "maxpool")
    var features = [Graph.Output("maxpool", x)]
    for (stage, blocks) in stages.enumerated() {
      for block in blocks { x = block(x) }
      features.append(Graph.Output("layer\(stage + 1)", x))
    }
    let pooled = x.spatialMean()
    let shape: Shape = [x.shape[0], 1, 1, x.shape[3]]
    features.append(Graph.Output("avgpool", Tensor(Reshape(shape), [pooled])))
    return (head(dropout(pooled)), features)
  }
}

extension ModelFamily {
  static let resNet = ModelFamily(
    name: "ResNet", landmarks: ["layer1.0.conv1.weight"], head: "fc", sizes: .atLeast(32))
}

extension ModelDescription {
  // Top-1 at 224x224: README of hkzhang-git/ParC-Net, which trained both by ConvNeXt's recipe, with
  // a bicubic filter. The plain one is evaluated as torchvision's weights are.
  static let resNet: [ModelDescription] = [
    ModelDescription(
      "resnet50", family: .resNet, ResNet.Configuration(), top1: 79.1, transform: .imageNet224,
      notes: ["The authors of ParC-Net print 2.1G multiply-adds, half of the true count."]),
    ModelDescription(
      "gcc_resnet50", aliases: ["parc_resnet50"], family: .resNet,
      ResNet.Configuration(taps: [[:], [:], [3: 14, 4: 14, 5: 14], [2: 7]]), top1: 79.6,
      transform: Transform(crop: 224, margin: .fraction(0.875)),
      notes: ["The authors of ParC-Net print 2.0G multiply-adds, half of the true count."]),
  ]
}
