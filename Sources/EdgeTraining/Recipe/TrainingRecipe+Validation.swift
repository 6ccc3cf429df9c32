import EdgeModels
import EdgeNN

extension TrainingRecipe {
  /// Checks values that depend on each other; single values are checked where they are set.
  public func validate() throws(RecipeError) {
    try validateNetworks()
    try validateSchedule()
    try validateImages()
    try validateMixing()
  }

  /// Checks that everything is there which a run needs.
  public func validateForTraining() throws(RecipeError) {
    try validate()
    if data == nil {
      throw .missing(option: "data", advice: dataAdvice)
    }
    if output == nil { throw .missing(option: "output", advice: "name a folder for the results") }
    if model == nil && weights == nil && resume == nil {
      throw .missing(option: "model", advice: "name a network, or weights to start from")
    }
  }

  private var dataAdvice: String {
    switch resolvedTask {
    case .classification: "name a folder with one folder of images a class"
    case .detection: "name a folder with images and boxes, as COCO or PASCAL VOC have them"
    case .segmentation: "name a folder with images and masks"
    }
  }

  private func validateNetworks() throws(RecipeError) {
    try validateTask()
    try Self.validate(model, "model")
    try Self.validate(teacher, "teacher")
    if weights == "official" && model == nil {
      throw .missing(option: "model", advice: "official weights are of a network that it names")
    }
    guard distillation != .none else {
      guard teacher == nil, teacherWeights == nil else {
        throw .conflict(
          options: [teacher == nil ? "teacher-weights" : "teacher", "distillation"],
          problem: "a teacher without distillation has nothing to do",
          advice: "choose --distillation soft, hard or usi")
      }
      return
    }
    if teacherWeights == nil {
      throw .missing(
        option: "teacher-weights", advice: "distillation needs the weights of a trained teacher")
    }
  }

  static func validate(_ name: String?, _ option: String) throws(RecipeError) {
    guard let name else { return }
    do throws(ModelError) {
      _ = try ModelDescription.named(name)
    } catch {
      let known = ModelDescription.all.map(\.name)
      let nearest = nearestName(to: name, among: known).map { "a known network, such as '\($0)'" }
      throw .value(
        option: option, found: name,
        expected: nearest ?? "one of " + known.joined(separator: ", "), origin: .commandLine)
    }
  }

  private func validateSchedule() throws(RecipeError) {
    let countsEpochs = warmupSteps == nil || schedule == .cosineEpoch
    if countsEpochs && warmupEpochs >= epochs {
      throw .conflict(
        options: ["warmup-epochs", "epochs"],
        problem: "a warm-up of \(warmupEpochs) epochs leaves none of \(epochs)",
        advice: "shorten the warm-up or raise --epochs")
    }
    if minimumRate > peakRate {
      throw .conflict(
        options: ["min-lr", "lr"],
        problem: "the lowest rate \(minimumRate) is above the highest \(peakRate)",
        advice: "lower --min-lr")
    }
    if schedule == .cosineEpoch && warmupSteps != nil {
      throw .conflict(
        options: ["warmup-steps", "schedule"], problem: "cosine-epoch changes by epoch",
        advice: "give --warmup-epochs")
    }
  }

  private func validateImages() throws(RecipeError) {
    try Self.validateOrder(scale, "scale")
    try Self.validateOrder(ratio, "ratio")
    try Self.validateOrder(cutmixRange, "cutmix-minmax")
    try Self.validateOrder(resizeRange, "random-resize")
    if multiScale != .off && minimumCropSize > maximumCropSize {
      throw .conflict(
        options: ["min-crop-size", "max-crop-size"],
        problem: "\(minimumCropSize) is above \(maximumCropSize)", advice: "exchange them")
    }
  }

  private static func validateOrder(
    _ ends: [Double]?, _ option: String
  ) throws(RecipeError) {
    guard let ends, ends[0] > ends[1] else { return }
    throw .conflict(
      options: [option], problem: "\(ends[0]) is above \(ends[1])",
      advice: "give the smaller number first")
  }

  private func validateMixing() throws(RecipeError) {
    guard mixesImages, !batch.isMultiple(of: 2) else { return }
    throw .conflict(
      options: ["batch", "mixup", "cutmix"],
      problem: "images are mixed in pairs, and \(batch) is odd", advice: "choose an even --batch")
  }

  /// Whether mixup or cutmix is on; as in timm, a probability of 0 still changes the loss.
  public var mixesImages: Bool { mixup > 0 || cutmix > 0 || cutmixRange != nil }

  /// What is allowed but hardly meant, in sentences for the user.
  public var warnings: [String] {
    var warnings: [String] = []
    if mixesImages && mixupProbability == 0 {
      warnings.append(
        "--mixup-prob is 0, so no images are mixed; with 1, all batches are")
    }
    if autoAugment != nil && threeAugment {
      warnings.append(
        "--three-aug runs beside --aa, as in the official program; --aa none leaves it alone")
    }
    if clipGradient != nil && clipValue != nil {
      warnings.append("--clip-value is applied before --clip-grad measures the norm")
    }
    if multiScale != .off && (threeAugment || paddingCropMargin != nil) {
      warnings.append("--three-aug and --padding-crop have no effect with --multi-scale")
    }
    return warnings
  }
}
