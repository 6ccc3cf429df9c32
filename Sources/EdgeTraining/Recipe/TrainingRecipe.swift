import EdgeModels
import EdgeRuntime

/// Everything that decides what a training run does. ``TrainingOption/all`` describes each property
/// under its name on the command line.
///
/// The defaults are those of the official EdgeNeXt program (`mmaaz60/EdgeNeXt`, `main.py`). The
/// command in its README adds `--ema --multi-scale edgenext --update-freq 2` on eight devices; `lr`
/// is meant for 4096 images a step and isn't scaled with the batch unless `lr-scaling` says so.
public struct TrainingRecipe: Equatable, Sendable {
  // MARK: Run
  public var base = Base.edgenext
  public var output: String?
  public var resume: String?
  public var seed = 0
  public var nanPolicy = NaNPolicy.stop
  public var keep = 3
  public var saveEvery = 1
  public var logEvery: Int?
  public var precision = Precision.float32
  public var threads: Int?
  public var workers: Int?

  // MARK: Data
  public var data: String?
  public var validationData: String?
  public var classes: Int?
  public var batch = 256
  public var updateFrequency = 2
  public var size = 256
  public var multiScale = MultiScale.off
  public var minimumCropSize = 160
  public var maximumCropSize = 320
  public var cropSizeCount = 5
  public var usesOfficialSteps = false
  public var repeatedAugmentation = 1
  public var skipsBadImages = false

  // MARK: Network
  /// Nil: what ``resolvedTask`` finds.
  public var task: NetworkTask?
  public var model: String?
  public var head: NetworkHead?
  public var backbone: String?
  public var weights: String?
  public var dropPath = 0.1
  public var dropout = 0.0
  public var layerScale = 1e-6
  public var hasAuxiliaryHead = false
  public var frozen: [String] = []

  // MARK: Optimizer
  public var optimizer = Optimizer.adamw
  public var weightDecay = 0.05
  public var weightDecayEnd: Double?
  public var decaysAll = false
  public var betas = [0.9, 0.999]
  public var optimizerEpsilon = 1e-8
  public var momentum = 0.9
  public var clipGradient: Double?
  public var clipValue: Double?
  public var layerDecay = 1.0
  public var headRate = 1.0

  // MARK: Schedule
  public var epochs = 300
  public var schedule = Schedule.cosine
  public var learningRate = 6e-3
  public var minimumRate = 1e-6
  public var rateScaling = RateScaling.none
  public var rateBaseBatch = 512
  public var warmupEpochs = 20
  public var warmupSteps: Int?
  public var warmupStartRate = 0.0
  public var warmupRule = WarmupRule.inclusive
  public var decayEpochs = 30
  public var decayRate = 0.1

  // MARK: Averaging
  public var averages = false
  public var averageDecay = 0.9995
  public var averageWarmup = false

  // MARK: Loss
  public var loss = Loss.crossEntropy
  public var smoothing = 0.1
  public var distillation = Distillation.none
  public var teacher: String?
  public var teacherWeights: String?
  public var alpha: Double?
  public var temperature = 1.0

  // MARK: Augmentation
  public var scale = [0.08, 1.0]
  public var ratio = [0.75, 4.0 / 3]
  public var paddingCrop: Int?
  public var horizontalFlip = 0.5
  public var colorJitter = 0.4
  public var autoAugment: String? = "rand-m9-mstd0.5-inc1"
  public var threeAugment = false
  public var erasingProbability = 0.0
  public var erasingMode = ErasingMode.pixel
  public var erasingCount = 1
  public var mixup = 0.0
  public var cutmix = 0.0
  public var cutmixRange: [Double]?
  public var mixupProbability = 0.0
  public var mixupSwitchProbability = 0.5
  public var mixupMode = MixupMode.batch
  public var interpolation = Interpolation.bicubic
  public var cropFraction: Double?
  /// Parts of ``size``.
  public var resizeRange = [0.75, 1.5]

  public init() {}
}

extension TrainingRecipe {
  /// Images in an optimizer step.
  public var imagesPerStep: Int { batch * updateFrequency }

  /// The highest learning rate, with ``rateScaling``.
  public var peakRate: Double { learningRate * rateFactor }

  /// What learning rates are multiplied by for the number of images in a step.
  var rateFactor: Double {
    let ratio = Double(imagesPerStep) / Double(rateBaseBatch)
    return switch rateScaling {
    case .none: 1
    case .linear: ratio
    case .sqrt: ratio.squareRoot()
    }
  }

  /// The weight of the teacher: what `alpha` says, else 5 for USI and 0.5 for DeiT's losses.
  public var distillationWeight: Double { alpha ?? (distillation == .usi ? 5 : 0.5) }

  /// The margin of the padded crop in pixels; nil for random resized crops. Where `padding-crop`
  /// says nothing, pictures of at most 32 pixels are padded by 4, as in the official program.
  public var paddingCropMargin: Int? {
    if let paddingCrop { return paddingCrop == 0 ? nil : paddingCrop }
    return size <= 32 ? 4 : nil
  }
}
