extension TrainingRecipe {
  /// The recipe that a name stands for.
  public init(_ base: Base) {
    self.init()
    self.base = base
    switch base {
    case .edgenext: break
    case .edgevit: becomeEdgeViT()
    case .edgeformer: becomeEdgeFormer()
    case .finetune: becomeFineTuning()
    case .ssd: becomeSSD()
    case .deeplabv3: becomeDeepLabV3()
    }
  }

  /// Defaults of `saic-fi/edgevit`, `main.py`.
  private mutating func becomeEdgeViT() {
    batch = 64
    updateFrequency = 1
    size = 224
    repeatedAugmentation = 3
    schedule = .cosineEpoch
    learningRate = 5e-4
    rateScaling = .linear
    warmupEpochs = 5
    warmupStartRate = 1e-6
    minimumRate = 1e-5
    averages = true
    averageDecay = 0.99996
    erasingProbability = 0.25
    mixup = 0.8
    cutmix = 1
    mixupProbability = 1
  }

  /// The configuration of EdgeFormer-S in `hkzhang91/EdgeFormer`, for one device. Its steps are
  /// counted by batch, so 3000 warm-up steps are meant for eight devices of 128 images.
  private mutating func becomeEdgeFormer() {
    batch = 128
    updateFrequency = 1
    multiScale = .cvnets
    dropPath = 0
    dropout = 0.2
    weightDecay = 0.025
    decaysAll = true
    schedule = .cvnets
    warmupRule = .exclusive
    learningRate = 4e-3
    warmupStartRate = 4e-4
    minimumRate = 4e-4
    warmupEpochs = 0
    warmupSteps = 3000
    averages = true
    autoAugment = nil
    colorJitter = 0
    interpolation = .openCVBilinear
    cropFraction = 256.0 / 288
  }

  /// Other classes for trained weights, with the images of one machine.
  private mutating func becomeFineTuning() {
    epochs = 30  // trained features need few passes
    batch = 64  // fits the memory of small machines
    updateFrequency = 1  // more steps serve small data sets better than larger ones
    learningRate = 5e-4  // a twelfth of training from scratch, for small batches
    warmupEpochs = 1  // enough for the moments of Adam to settle
    averages = true  // evens out the last steps of a short run
    averageDecay = 0.999  // about a thousand steps, a few epochs of a small data set
    averageWarmup = true  // forgets the untrained head early on
    autoAugment = "rand-m7-mstd0.5-inc1"  // moderate, as few images are easily distorted too much
    scale = [0.25, 1]  // objects of fine-grained classes stay in the crop
    clipGradient = 1  // the fresh head's first gradients don't disturb the features
  }

  /// `ssd_edgeformer_s.yaml` of `hkzhang91/EdgeFormer`, for one device. Its rate is meant for four
  /// devices of 32 images, its 500 warm-up steps for their batches.
  private mutating func becomeSSD() {
    becomeDense()
    batch = 32
    size = 320
    epochs = 200
    weightDecay = 0.02
  }

  /// `deeplabv3_edgeformer_s.yaml` of `hkzhang91/EdgeFormer`, for one device. Its rate is meant for
  /// four devices of 8 images.
  private mutating func becomeDeepLabV3() {
    becomeDense()
    batch = 8
    size = 512
    epochs = 50
    weightDecay = 0.01
    headRate = 10
    dropout = 0.1
  }

  /// What both have in common.
  private mutating func becomeDense() {
    updateFrequency = 1
    dropPath = 0
    decaysAll = true
    schedule = .cvnets
    warmupRule = .exclusive
    learningRate = 9e-4
    warmupStartRate = 9e-5
    minimumRate = 1e-6
    warmupEpochs = 0
    warmupSteps = 500
    averages = true
  }
}
