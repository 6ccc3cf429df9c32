import EdgeData
import EdgeModels
import EdgeRuntime
import EdgeTraining
import EdgeVision

/// The data sets of a run, without what can't be read if that is allowed.
enum TrainingData {
  case classification(DatasetPair)
  case detection(training: any DetectionDataset, validation: any DetectionDataset)
  case segmentation(training: any SegmentationDataset, validation: any SegmentationDataset)

  /// - Throws: `DatasetError`, and ``TrainingJobError`` for what can't be read or used.
  init(_ recipe: TrainingRecipe) throws {
    let (path, validation) = (recipe.data ?? "", recipe.validationData)
    switch recipe.resolvedTask {
    case .classification:
      let pair = try DatasetPair.open(path: path, validationPath: validation)
      try Self.check(pair.training, recipe)
      self = .classification(
        DatasetPair(
          training: try Self.readable(pair.training, recipe),
          validation: try Self.readable(pair.validation, recipe)))
    case .detection:
      let pair = try DetectionPair.open(path: path, validationPath: validation)
      try Self.check(pair.training, defects: pair.defects, recipe)
      self = .detection(
        training: try Self.readable(pair.training, recipe),
        validation: try Self.readable(pair.validation, recipe))
    case .segmentation:
      let pair = try SegmentationPair.open(path: path, validationPath: validation)
      try Self.check(pair.training, defects: pair.defects, recipe)
      self = .segmentation(
        training: try Self.readable(pair.training, recipe),
        validation: try Self.readable(pair.validation, recipe))
    }
  }

  var classNames: [String] {
    switch self {
    case .classification(let pair): pair.training.classNames
    case .detection(let training, _): training.classNames
    case .segmentation(let training, _): training.classNames
    }
  }

  /// What a network learns from the data sets.
  func task(
    _ recipe: TrainingRecipe, model: ModelDescription, options: RuntimeOptions
  ) throws -> any TrainingTask {
    switch self {
    case .classification(let pair):
      try ClassificationTask(
        recipe, model: model, data: pair,
        teacher: Self.teacher(recipe, classes: classNames.count, options))
    case .detection(let training, let validation):
      try DetectionTask(recipe, model: model, training: training, validation: validation)
    case .segmentation(let training, let validation):
      try SegmentationTask(recipe, model: model, training: training, validation: validation)
    }
  }

  private static func teacher(
    _ recipe: TrainingRecipe, classes: Int, _ options: RuntimeOptions
  ) throws -> Teacher? {
    guard recipe.distillation != .none, let path = recipe.teacherWeights else { return nil }
    let weights = try StoredWeights(path, model: recipe.teacher)
    guard weights.classCount == classes else {
      throw TrainingJobError.teacherClasses(expected: classes, found: weights.classCount)
    }
    return try Teacher(
      weights.model, from: weights.source, classes: classes,
      isHard: recipe.distillation == .hard,
      options: RuntimeOptions(isa: options.isa, threads: options.threads))
  }
}

/// What is wrong with data sets, before hours are spent on them.
extension TrainingData {
  private static func check(
    _ dataset: any PictureSource, defects: [AnnotationDefect] = [], _ recipe: TrainingRecipe
  ) throws(TrainingJobError) {
    let found = dataset.classNames.count
    if let classes = recipe.classes, classes != found {
      throw .classCount(expected: classes, found: found)
    }
    guard !defects.isEmpty else { return }
    let report = Self.report(defects)
    guard recipe.skipsBadImages else { throw .defects(report) }
    Console.note("warning: left out: \(report)")
  }

  /// The number of defects, and a line for each of the first 20.
  static func report(_ defects: [AnnotationDefect]) -> String {
    var lines = ["\(defects.count) annotation\(defects.count == 1 ? "" : "s") can't be used:"]
    lines += defects.prefix(20).map { "  \(printable("\($0.place): \($0.reason)"))" }
    if defects.count > 20 { lines.append("  and \(defects.count - 20) more") }
    return lines.joined(separator: "\n")
  }

  private static func readable(
    _ dataset: any ImageDataset, _ recipe: TrainingRecipe
  ) throws(TrainingJobError) -> any ImageDataset {
    try scan(dataset, recipe).skippingBad(in: dataset)
  }

  private static func readable(
    _ dataset: any DetectionDataset, _ recipe: TrainingRecipe
  ) throws(TrainingJobError) -> any DetectionDataset {
    try scan(dataset, recipe).skippingBad(in: dataset)
  }

  private static func readable(
    _ dataset: any SegmentationDataset, _ recipe: TrainingRecipe
  ) throws(TrainingJobError) -> any SegmentationDataset {
    try scan(dataset, recipe).skippingBad(in: dataset)
  }

  /// Looks at every picture.
  ///
  /// - Throws: where one can't be used, unless leaving it out is allowed.
  private static func scan(
    _ dataset: any PictureSource, _ recipe: TrainingRecipe
  ) throws(TrainingJobError) -> DatasetScan {
    let scan = DatasetScan(dataset, threads: availableProcessors) { done, total in
      if Console.isInteractive { Console.replaceLine("checking pictures: \(done) of \(total)") }
    }
    if Console.isInteractive { Console.replaceLine("") }
    guard !scan.unreadable.isEmpty else { return scan }
    guard recipe.skipsBadImages else { throw .unreadable(scan.report) }
    Console.note("warning: left out: \(scan.report)")
    return scan
  }
}
