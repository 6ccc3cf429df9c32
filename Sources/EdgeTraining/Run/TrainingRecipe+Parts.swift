import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

/// What a recipe's options mean to the parts that follow them.
extension TrainingRecipe {
  var algorithm: OptimizerAlgorithm {
    let (beta1, beta2) = (betas[0], betas[1])
    return switch optimizer {
    case .adamw: .adamW(beta1: beta1, beta2: beta2, epsilon: optimizerEpsilon)
    case .adam: .adam(beta1: beta1, beta2: beta2, epsilon: optimizerEpsilon)
    case .lamb: .lamb(beta1: beta1, beta2: beta2, epsilon: optimizerEpsilon)
    case .sgd: .sgd(momentum: momentum)
    case .nesterov: .sgd(momentum: momentum, nesterov: true)
    }
  }

  var objective: Objective {
    let weight = distillationWeight
    let distance: Objective.Distillation? =
      switch distillation {
      case .none: nil
      case .soft: .soft(alpha: weight, temperature: temperature)
      case .hard: .hard(alpha: weight)
      case .usi: .added(alpha: weight)
      }
    return Objective(loss: loss, distillation: distance)
  }

  /// What all random numbers of a run follow from.
  package var randomSeed: UInt64 { UInt64(bitPattern: Int64(seed)) }

  package func networkConfiguration(classes: Int) -> NetworkConfiguration {
    var configuration = NetworkConfiguration(
      classes: classes, dropPathRate: dropPath, dropoutRate: dropout, layerScale: layerScale)
    configuration.hasAuxiliaryHead = hasAuxiliaryHead
    if resolvedTask == .segmentation { configuration.headDropoutRate = dropout }
    return configuration
  }

  /// How training pictures are changed for a network, for any size.
  func transform(for model: ModelDescription) throws(AugmentationPolicyError) -> TrainingTransform {
    var transform = try transform()
    transform.normalize(as: evaluationTransform(of: model))
    return transform
  }

  /// The same, normalized in the usual way.
  package func transform() throws(AugmentationPolicyError) -> TrainingTransform {
    var transform = TrainingTransform()
    transform.padding = paddingCropMargin ?? 0
    transform.area = scale[0]...scale[1]
    transform.ratio = ratio[0]...ratio[1]
    transform.interpolation =
      TrainingTransform.Interpolation(rawValue: interpolation.rawValue) ?? .bicubic
    transform.flipProbability = horizontalFlip
    transform.threeAugment = threeAugment
    transform.policy = try autoAugment.map { text throws(AugmentationPolicyError) in
      try AugmentationPolicy(text)
    }
    transform.colorJitter = ColorJitter(
      brightness: colorJitter, contrast: colorJitter, saturation: colorJitter)
    transform.erasing = RandomErasing(
      probability: erasingProbability, mode: .init(rawValue: erasingMode.rawValue) ?? .pixel,
      count: erasingCount)
    return transform
  }

  /// How training pictures with boxes are changed for a network, for any size.
  func detectionTransform(for model: ModelDescription) -> DetectionTransform {
    let evaluation = evaluationTransform(of: model)
    var transform = detectionTransform()
    transform.filter = evaluation.filter
    transform.normalize(as: evaluation)
    return transform
  }

  /// The same, normalized in the usual way.
  package func detectionTransform() -> DetectionTransform {
    var transform = DetectionTransform()
    transform.flipProbability = horizontalFlip
    return transform
  }

  /// How training pictures with masks are changed for a network, for ``size``.
  func segmentationTransform(for model: ModelDescription) -> SegmentationTransform {
    let evaluation = evaluationTransform(of: model)
    var transform = segmentationTransform()
    transform.filter = evaluation.filter
    transform.normalize(as: evaluation)
    return transform
  }

  /// The same, normalized in the usual way.
  package func segmentationTransform() -> SegmentationTransform {
    var transform = SegmentationTransform()
    transform.shortSides = shortSides(size: size)
    transform.flipProbability = horizontalFlip
    return transform
  }

  /// The short sides, in pixels, that pictures with masks are resized to for a size of the network's
  /// input.
  func shortSides(size: Int) -> ClosedRange<Int> {
    let ends = resizeRange.map { max(1, Int((Double(size) * $0).rounded())) }
    return ends[0]...max(ends[0], ends[1])
  }

  var mixing: BatchMixing {
    BatchMixing(
      mixup: mixup, cutmix: cutmix, cutmixSides: cutmixRange.map { $0[0]...$0[1] },
      probability: mixupProbability, switchProbability: mixupSwitchProbability,
      mode: .init(rawValue: mixupMode.rawValue) ?? .batch)
  }

  /// - Parameter pictures: of the training set.
  func sampler(pictures: Int) throws(SamplerError) -> any BatchSampler {
    let seed = randomSeed
    if multiScale != .off {
      return try MultiScaleSampler(
        count: pictures, base: ImageScale(side: size, batchSize: batch),
        minimum: minimumCropSize, maximum: maximumCropSize, scaleCount: cropSizeCount,
        rule: multiScale == .edgenext ? .edgeNeXt : .cvnets, seed: seed,
        stepRule: usesOfficialSteps ? .official : .exact)
    }
    if repeatedAugmentation > 1 {
      return try RepeatedAugmentationSampler(
        count: pictures, batchSize: batch, height: size, width: size, seed: seed,
        repeats: repeatedAugmentation)
    }
    return try ShuffledSampler(
      count: pictures, batchSize: batch, height: size, width: size, seed: seed)
  }

  func evaluationTransform(of model: ModelDescription) -> EvaluationTransform {
    let published = model.transform
    let isStretched = published.fit == .stretch
    let resize = cropFraction.map { Int(Double(size) / $0) } ?? published.resize(crop: size)
    return EvaluationTransform(
      resize: size <= 32 || isStretched ? size : resize, crop: size,
      filter: ResizeFilter(rawValue: published.interpolation) ?? .bicubic,
      mean: published.mean.map { Float($0) }, std: published.std.map { Float($0) },
      channelOrder: ChannelOrder(rawValue: published.channelOrder) ?? .rgb,
      fit: isStretched ? .stretch : .crop)
  }
}
