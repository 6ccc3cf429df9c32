import EdgeModels

extension TrainingOption {
  /// All options, in the order of the help text.
  public static let all: [TrainingOption] =
    run + data + network + optimizer + schedule + averaging + loss + augmentation

  private static let counts = 1...1_000_000
  private static let pixels = 16...4096

  private static let run: [TrainingOption] = [
    Self("recipe", .run, \.base, "The recipe that the other options change."),
    Self(
      "output", .run, optional: \.output, .text(placeholder: "FOLDER"),
      "Where weights, logs and checkpoints go."),
    Self(
      "resume", .run, optional: \.resume, .text(placeholder: "FILE|auto"),
      "A last.safetensors to go on from; auto: that of the output folder, if there is one."),
    Self("seed", .run, \.seed, .integer(0...Int.max), "Starts all random numbers."),
    Self("on-nan", .run, \.nanPolicy, "What to do about a loss that is not a number."),
    Self("keep", .run, \.keep, .integer(1...1000), "Checkpoints to keep, the newest ones."),
    Self("save-every", .run, \.saveEvery, .integer(counts), "Epochs between checkpoints."),
    Self(
      "log-every", .run, optional: \.logEvery, .integer(counts),
      "Steps between lines where no terminal shows the progress; none: a line an epoch."),
    Self(
      "precision", .run, \.precision, .choice(["f32", "bf16"]),
      "Numbers that matrix products work on."),
    Self(
      "threads", .run, optional: \.threads, .integer(1...1024),
      "Threads to compute on; none: the cores available."),
    Self(
      "workers", .run, optional: \.workers, .integer(0...1024),
      "Threads that prepare images; none: chosen by the program."),
  ]

  private static let data: [TrainingOption] = [
    Self(
      "data", .data, optional: \.data, .text(placeholder: "FOLDER"),
      "Training images: a folder for each class, or pictures with boxes or masks."),
    Self(
      "validation-data", .data, optional: \.validationData, .text(placeholder: "FOLDER"),
      "Validation images, in the same layout."),
    Self(
      "classes", .data, optional: \.classes, .integer(1...1_000_000),
      "The number of classes; none: as many as the data set has."),
    Self("batch", .data, \.batch, .integer(1...65536), "Images in a batch."),
    Self(
      "update-freq", .data, \.updateFrequency, .integer(1...65536),
      "Batches whose gradients are added up for one step."),
    Self("size", .data, \.size, .integer(pixels), "The side of the network's input in pixels."),
    Self("multi-scale", .data, \.multiScale, "Whose rule draws a size for every batch."),
    Self(
      "min-crop-size", .data, \.minimumCropSize, .integer(pixels), "The smallest of the sizes."),
    Self("max-crop-size", .data, \.maximumCropSize, .integer(pixels), "The largest of the sizes."),
    Self(
      "max-n-scales", .data, \.cropSizeCount, .integer(1...64),
      "How many sizes are spread between these."),
    Self(
      "official-steps", .data, \.usesOfficialSteps, .flag,
      "Plan images / (batch * update-freq) steps an epoch even where larger batches take fewer."),
    Self(
      "repeated-aug", .data, \.repeatedAugmentation, .integer(1...64),
      "How often an image is drawn in a row, each time changed differently."),
    Self(
      "skip-bad-images", .data, \.skipsBadImages, .flag,
      "Leave out images and annotations that can't be read; also --skip-bad."),
  ]

  private static let network: [TrainingOption] = [
    Self(
      "task", .network, optional: \.task, .choice(NetworkTask.allCases.map(\.rawValue)),
      "What the network is for; none: what its name says."),
    Self(
      "model", .network, optional: \.model, .text(placeholder: "NAME"),
      "The network; none: what the weights say."),
    Self(
      "head", .network, optional: \.head, .choice(NetworkHead.allCases.map(\.rawValue)),
      "With --backbone, in place of --model: what stands on it."),
    Self(
      "backbone", .network, optional: \.backbone, .text(placeholder: "NAME"),
      "The classification network whose features a head for boxes or masks sees."),
    Self(
      "weights", .network, optional: \.weights, .text(placeholder: "FILE|URL|official"),
      "Weights to start from, also shipped; a head of other classes starts anew, as does all "
        + "that stands on a classification network."),
    Self(
      "drop-path", .network, \.dropPath, .number(.belowOne),
      "Share of dropped residual branches in the last block."),
    Self("dropout", .network, \.dropout, .number(.belowOne), "Dropout before the head."),
    Self(
      "layer-scale", .network, \.layerScale, .number(.nonNegative),
      "What the factors of residual branches start with."),
    Self(
      "auxiliary-head", .network, \.hasAuxiliaryHead, .flag,
      "Segmentation: learn from the stage before the last one as well."),
    Self(
      "freeze", .network, \.frozen, .texts(placeholder: "PATTERN"),
      "Parameters that stay as they are, such as 'stages.0.*'."),
  ]

  private static let optimizer: [TrainingOption] = [
    Self("opt", .optimizer, \.optimizer, "The optimizer."),
    Self(
      "weight-decay", .optimizer, \.weightDecay, .number(.nonNegative),
      "Decay of parameters that have more than one axis."),
    Self(
      "weight-decay-end", .optimizer, optional: \.weightDecayEnd, .number(.nonNegative),
      "The decay at the end, approached along a cosine; none: it stays the same."),
    Self(
      "decay-all", .optimizer, \.decaysAll, .flag, "Decay biases, norms and scales as well."),
    Self(
      "betas", .optimizer, \.betas, .numbers(count: 2, .belowOne),
      "How much of the moments is kept, for adamw, adam and lamb."),
    Self(
      "opt-eps", .optimizer, \.optimizerEpsilon, .number(.positive),
      "Added to the root of the second moment."),
    Self(
      "momentum", .optimizer, \.momentum, .number(.belowOne), "Momentum of sgd and nesterov."),
    Self(
      "clip-grad", .optimizer, optional: \.clipGradient, .number(.positive),
      "The largest norm of all gradients together."),
    Self(
      "clip-value", .optimizer, optional: \.clipValue, .number(.positive),
      "The largest size of a single gradient."),
    Self(
      "layer-decay", .optimizer, \.layerDecay, .number(.positiveFraction),
      "Factor of the learning rate from a layer to the one before it."),
    Self(
      "head-lr-multiplier", .optimizer, \.headRate, .number(.positive),
      "Factor of the learning rate of the head."),
  ]

  private static let schedule: [TrainingOption] = [
    Self("epochs", .schedule, \.epochs, .integer(counts), "Passes over the training images."),
    Self("schedule", .schedule, \.schedule, "How the learning rate falls after the warm-up."),
    Self("lr", .schedule, \.learningRate, .number(.positive), "The highest learning rate."),
    Self("min-lr", .schedule, \.minimumRate, .number(.nonNegative), "The lowest, at the end."),
    Self(
      "lr-scaling", .schedule, \.rateScaling,
      "How learning rates grow with the images in a step."),
    Self(
      "lr-base-batch", .schedule, \.rateBaseBatch, .integer(counts),
      "The images in a step for which they are meant as given."),
    Self("warmup-epochs", .schedule, \.warmupEpochs, .integer(0...1_000_000), "Epochs of rising."),
    Self(
      "warmup-steps", .schedule, optional: \.warmupSteps, .integer(1...1_000_000_000),
      "Steps of rising, in place of warmup-epochs."),
    Self(
      "warmup-start-lr", .schedule, \.warmupStartRate, .number(.nonNegative),
      "The learning rate at the start."),
    Self(
      "warmup-rule", .schedule, \.warmupRule,
      "Where step i of W is: inclusive i/(W-1), exclusive i/W, shifted (i+1)/W."),
    Self(
      "decay-epochs", .schedule, \.decayEpochs, .integer(counts),
      "Epochs between two steps of schedule step."),
    Self(
      "decay-rate", .schedule, \.decayRate, .number(.positiveFraction),
      "Factor of such a step."),
  ]

  private static let averaging: [TrainingOption] = [
    Self("ema", .averaging, \.averages, .flag, "Keep moving averages of the weights."),
    Self(
      "ema-decay", .averaging, \.averageDecay, .number(.belowOne), "How much of them is kept."),
    Self(
      "ema-warmup", .averaging, \.averageWarmup, .flag,
      "Keep at most (1 + s) / (10 + s) after s steps."),
  ]

  private static let loss: [TrainingOption] = [
    Self("loss", .loss, \.loss, "Cross-entropy, or a binary one for each class."),
    Self("smoothing", .loss, \.smoothing, .number(.belowOne), "Label smoothing."),
    Self("distillation", .loss, \.distillation, "What is learned from a teacher."),
    Self(
      "teacher", .loss, optional: \.teacher, .text(placeholder: "NAME"), "The teacher's network."),
    Self(
      "teacher-weights", .loss, optional: \.teacherWeights, .text(placeholder: "FILE|URL|official"),
      "The teacher's weights."),
    Self(
      "alpha", .loss, optional: \.alpha, .number(.nonNegative),
      "The teacher's weight in the loss; none: 5 for usi, 0.5 otherwise."),
    Self(
      "temperature", .loss, \.temperature, .number(.positive),
      "What the logits are divided by for soft distillation."),
  ]

  private static let augmentation: [TrainingOption] = [
    Self(
      "scale", .augmentation, \.scale, .numbers(count: 2, .positiveFraction),
      "Least and greatest part of the picture in a crop."),
    Self(
      "ratio", .augmentation, \.ratio, .numbers(count: 2, .positive),
      "Least and greatest ratio of a crop's sides."),
    Self(
      "padding-crop", .augmentation, optional: \.paddingCrop, .integer(0...64),
      "Pixels of padding for crops of the full size; none: 4 for sizes up to 32, else 0 (off)."),
    Self("hflip", .augmentation, \.horizontalFlip, .number(.fraction), "Share of mirrored images."),
    Self(
      "color-jitter", .augmentation, \.colorJitter, .number(.nonNegative),
      "Strength of random brightness, contrast and saturation; unused with aa."),
    Self(
      "aa", .augmentation, optional: \.autoAugment, .text(placeholder: "POLICY"),
      "RandAugment, AutoAugment or AugMix, as timm writes them."),
    Self(
      "three-aug", .augmentation, \.threeAugment, .flag,
      "Gray, solarized or blurred images (DeiT-III)."),
    Self(
      "reprob", .augmentation, \.erasingProbability, .number(.fraction),
      "Share of images of which a rectangle is erased."),
    Self("remode", .augmentation, \.erasingMode, "What fills it."),
    Self("recount", .augmentation, \.erasingCount, .integer(1...64), "How many rectangles."),
    Self(
      "mixup", .augmentation, \.mixup, .number(.nonNegative),
      "Parameter of mixup's distribution; 0: off."),
    Self(
      "cutmix", .augmentation, \.cutmix, .number(.nonNegative),
      "Parameter of cutmix's distribution; 0: off."),
    Self(
      "cutmix-minmax", .augmentation, optional: \.cutmixRange, .numbers(count: 2, .fraction),
      "Least and greatest side of the box as parts of the picture, in place of cutmix."),
    Self(
      "mixup-prob", .augmentation, \.mixupProbability, .number(.fraction),
      "Share of batches that are mixed."),
    Self(
      "mixup-switch-prob", .augmentation, \.mixupSwitchProbability, .number(.fraction),
      "Share of cutmix among these, where both are on."),
    Self("mixup-mode", .augmentation, \.mixupMode, "What is mixed alike."),
    Self("train-interpolation", .augmentation, \.interpolation, "How crops are resized."),
    Self(
      "crop-pct", .augmentation, optional: \.cropFraction, .number(.positiveFraction),
      "Part of the short side that validation crops; none: the network's own."),
    Self(
      "random-resize", .augmentation, \.resizeRange, .numbers(count: 2, .positive),
      "Segmentation: least and greatest short side before the crop, in parts of the size."),
  ]
}
