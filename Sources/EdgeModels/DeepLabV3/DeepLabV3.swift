import EdgeGraph
import EdgeNN

/// Semantic segmentation by convolutions that see several surroundings (arXiv:1706.05587), as cvnets
/// builds it (reference code `hkzhang-git/ParC-Net`,
/// `cvnets/models/segmentation/heads/deeplabv3.py`).
///
/// The pyramid's dropout drops single elements, the others drop whole channels of an image. All have
/// the rate ``NetworkConfiguration/headDropoutRate``; there only the classifier's can be chosen, the
/// others are 0.1.
struct DeepLabV3: Network {
  struct Architecture: NetworkArchitecture {
    let base: any BackboneArchitecture
    var outputStride = OutputStride.sixteen

    func network(_ scope: Scope, options: NetworkConfiguration) -> any Network {
      let backbone = base.backbone(
        scope / NetworkHead.encoder, options: options, outputStride: outputStride)
      return DeepLabV3(scope / "seg_head", backbone: backbone, options: options)
    }
  }

  private static let width = 256

  private let backbone: Backbone
  let pyramid: AtrousPyramid
  private let dropout: DropChannels
  private let classifier: Conv2D
  private let auxiliary: AuxiliaryHead?

  private init(_ scope: Scope, backbone: Backbone, options: NetworkConfiguration) {
    self.backbone = backbone
    let place = scope / "classifier"
    pyramid = AtrousPyramid(
      scope / "aspp" / "aspp_layer", from: backbone.stages.last?.channels ?? 0, to: Self.width,
      dropout: options.headDropoutRate)
    dropout = DropChannels(place / "classifier_dropout", rate: options.headDropoutRate)
    classifier = Conv2D(
      scores: place / "classifier", from: Self.width, classes: options.classes)
    if options.hasAuxiliaryHead {
      auxiliary = AuxiliaryHead(
        scope / "aux_head", from: backbone.stages.dropLast().last?.channels ?? 0, options: options)
    } else {
      // It serves training only, so that other programs may leave it in their files.
      (scope / "aux_head").ignore()
      auxiliary = nil
    }
  }

  /// - Returns: `logits` of the image's size, and with an auxiliary head `auxiliary` of the size of
  ///   its maps; the backbone's features.
  func callAsFunction(_ x: Tensor) -> NetworkOutputs {
    let features = backbone(x)
    let maps = backbone.stages.suffix(2).map { features[$0.index].tensor }
    let scores = classifier(dropout(pyramid(maps[maps.count - 1])))
    var results = [Graph.Output("logits", scores.resized(to: x))]
    if let auxiliary { results.append(Graph.Output("auxiliary", auxiliary(maps[0]))) }
    return NetworkOutputs(results: results, features: features)
  }
}

/// What predicts from the stage before the last one in training (reference code
/// `cvnets/models/segmentation/heads/base_seg_head.py`).
///
/// - Input: `[n, h, w, channels]`; output: `[n, h, w, classes]`.
private struct AuxiliaryHead: Module {
  private let projection: ConvNorm
  private let dropout: DropChannels
  private let classifier: Conv2D

  init(_ scope: Scope, from channels: Int, options: NetworkConfiguration) {
    let width = max(channels / 4, 256)
    projection = ConvNorm(
      cvnets: scope / "aux_projection", from: channels, to: width, kernelSize: 3,
      activation: .relu)
    dropout = DropChannels(scope / "dropout", rate: options.headDropoutRate)
    classifier = Conv2D(scores: scope / "aux_classifier", from: width, classes: options.classes)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { classifier(dropout(projection(x))) }
}

extension Conv2D {
  /// The 1x1 convolution to the scores of classes, as cvnets names it.
  fileprivate init(scores scope: Scope, from inputs: Int, classes: Int) {
    self.init(
      scope / "block" / "conv", from: inputs, to: classes, kernelSize: 1,
      initializer: .kaiming(outputs: classes, kernelSize: 1))
  }
}

extension Tensor {
  /// These maps in the height and width of others, interpolated.
  fileprivate func resized(to other: Tensor) -> Tensor {
    guard shape.rank == 4, other.shape.rank == 4 else { return self }
    return Tensor(BilinearResize(height: other.shape[1], width: other.shape[2]), [self])
  }
}
