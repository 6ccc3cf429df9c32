import EdgeGraph
import EdgeNN

/// ResNet of bottlenecks (arXiv:1512.03385) as torchvision has it, and with circular convolutions
/// (reference code `hkzhang-git/ParC-Net`, `ParC_ConvNets/ParC_resnet50.py`).
struct ResNet: BackboneArchitecture {
  var depths = [3, 4, 6, 3]
  /// Taps of the circular convolutions of each stage, by block.
  var taps: [[Int: Int]] = [[:], [:], [:], [:]]

  /// Where a step is left out, the 3x3 convolutions after it are dilated (torchvision's
  /// `replace_stride_with_dilation`).
  ///
  /// Sides of images are at least 32. The features are `maxpool` and `layer1` to `layer4`.
  func backbone(
    _ scope: Scope, options: NetworkConfiguration, outputStride: OutputStride
  ) -> Backbone {
    let stages = depths.indices.map { stage in
      Backbone.Part(
        name: "layer\(stage + 1)", channels: 256 << stage, stride: 4 << stage,
        modules: blocks(scope / "layer\(stage + 1)", stage: stage, outputStride))
    }
    let stem = Backbone.Part(name: "maxpool", channels: 64, stride: 4, modules: [Stem(scope)])
    return Backbone([stem] + stages, outputStride: outputStride)
  }

  private func blocks(_ scope: Scope, stage: Int, _ outputStride: OutputStride) -> [any Module] {
    let (width, stride) = (64 << stage, 4 << stage)
    return (0..<depths[stage]).map { block in
      let isStep = block == 0 && stage > 0
      return Bottleneck(
        scope / block, from: block > 0 ? 4 * width : stage == 0 ? 64 : 2 * width, width: width,
        stride: isStep ? outputStride.step(to: stride) : 1,
        dilation: outputStride.dilation(at: isStep ? stride / 2 : stride), taps: taps[stage][block])
    }
  }

  /// The feature of its own is the mean, `avgpool`.
  func head(_ scope: Scope, options: NetworkConfiguration) -> ClassificationHead {
    ClassificationHead(
      pooled: (name: "avgpool", isMap: true),
      dropout: DropElements(scope / "head_dropout", rate: options.dropoutRate),
      linear: Linear(
        scope / "fc", from: 2048, to: options.classes, initializer: .pyTorch(fanIn: 2048)))
  }

  /// A 7x7 convolution and the largest values of 3x3 pixels, each with a stride of 2.
  private struct Stem: Module {
    private let convolution: ConvNorm
    private let path: String

    init(_ scope: Scope) {
      path = (scope / "maxpool").path
      convolution = ConvNorm(
        convolution: scope / "conv1", norm: scope / "bn1", from: 3, to: 64, kernelSize: 7,
        stride: 2, activation: .relu)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
      Tensor(MaxPool(kernelSize: 3, stride: 2, padding: 1), [convolution(x)], at: path)
    }
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
      "resnet50", family: .resNet, ResNet(), score: 79.1, transform: .imageNet224,
      notes: ["The authors of ParC-Net print 2.1G multiply-adds, half of the true count."]),
    ModelDescription(
      "gcc_resnet50", aliases: ["parc_resnet50"], family: .resNet,
      ResNet(taps: [[:], [:], [3: 14, 4: 14, 5: 14], [2: 7]]), score: 79.6,
      transform: Transform(crop: 224, margin: .fraction(0.875)),
      notes: ["The authors of ParC-Net print 2.0G multiply-adds, half of the true count."]),
  ]
}
