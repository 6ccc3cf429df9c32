import EdgeData
import EdgeFormats
import EdgeModels
import EdgeNN
import EdgeRuntime
import EdgeTraining
import EdgeVision
import FoundationEssentials

/// A training run of the command line: data and weights are loaded and checked, then it goes on to
/// its end or to where it is stopped.
struct TrainingJob {
  private let recipe: TrainingRecipe
  private let training: TrainingRun
  private let folder: CheckpointFolder

  init(_ plan: ResumableRecipe) throws {
    recipe = plan.recipe
    folder = CheckpointFolder(recipe.output ?? ".", keep: recipe.keep)
    if recipe.resume == nil, folder.holdsRun {
      throw TrainingJobError.occupied(folder: folder.path)
    }
    try folder.create()
    let options = try Self.runtime(recipe)
    let data = try Self.data(recipe)
    let start = try StartingWeights(recipe, classNames: data.training.classNames)
    training = try TrainingRun(
      recipe, model: start.model, data: data, from: start.source,
      teacher: try Self.teacher(recipe, data, options), options: options)
    if let checkpoint = plan.checkpoint { try training.restore(checkpoint) }
  }

  func run() throws {
    try AtomicFile.write(recipe.yaml, to: "\(folder.path)/config.yaml")
    StopSignal.install()
    introduce()
    let reporter = try TrainingReporter(training, folder: folder)
    try reporter.end(training, isComplete: training.run(reporter))
  }

  private func introduce() {
    let data = training.data
    Console.note(
      "\(training.session.model.name): \(data.training.count) training and \(data.validation.count) "
        + "validation pictures of \(training.classNames.count) classes, "
        + "\(training.session.options.threads) threads, \(recipe.precision.rawValue)")
    if training.position.epoch > 0 || training.position.batch > 0 {
      let position = training.position
      Console.note("going on at epoch \(position.epoch + 1), step \(position.step)")
    }
  }

  private static func runtime(_ recipe: TrainingRecipe) throws -> RuntimeOptions {
    let forced = ProcessInfo.processInfo.environment["EDGEVISION_ISA"]
    return RuntimeOptions(
      isa: try ISA(forcedName: forced), threads: recipe.threads ?? availableProcessors,
      precision: recipe.precision)
  }

  /// Both parts of the data set, without what can't be read if that is allowed.
  private static func data(_ recipe: TrainingRecipe) throws -> DatasetPair {
    let pair = try DatasetPair.open(
      path: recipe.data ?? "", validationPath: recipe.validationData)
    if let classes = recipe.classes, classes != pair.training.classNames.count {
      throw TrainingJobError.classCount(
        expected: classes, found: pair.training.classNames.count)
    }
    return DatasetPair(
      training: try readable(pair.training, recipe),
      validation: try readable(pair.validation, recipe))
  }

  private static func readable(
    _ dataset: any ImageDataset, _ recipe: TrainingRecipe
  ) throws -> any ImageDataset {
    let scan = DatasetScan(dataset, threads: availableProcessors) { done, total in
      if Console.isInteractive { Console.replaceLine("checking pictures: \(done) of \(total)") }
    }
    if Console.isInteractive { Console.replaceLine("") }
    guard !scan.unreadable.isEmpty else { return dataset }
    guard recipe.skipsBadImages else { throw TrainingJobError.unreadable(scan.report) }
    Console.note("warning: left out: \(scan.report)")
    return scan.skippingBad(in: dataset)
  }

  private static func teacher(
    _ recipe: TrainingRecipe, _ data: DatasetPair, _ options: RuntimeOptions
  ) throws -> Teacher? {
    guard recipe.distillation != .none, let path = recipe.teacherWeights else { return nil }
    let classes = data.training.classNames.count
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

/// Why a run can't begin.
enum TrainingJobError: Error, Equatable, CustomStringConvertible {
  case classCount(expected: Int, found: Int)
  case teacherClasses(expected: Int, found: Int)
  case unreadable(String)
  case occupied(folder: String)

  var description: String {
    switch self {
    case .classCount(let expected, let found):
      "--classes is \(expected), the data set has \(found) folders of classes; leave the option out"
    case .teacherClasses(let expected, let found):
      "the teacher tells \(found) classes apart, the data set has \(expected); train the teacher on "
        + "this data set first"
    case .unreadable(let report):
      report + "\nrepair or remove them, or give --skip-bad-images"
    case .occupied(let folder):
      "\(folder): holds a run already; go on with it by --resume auto, or name another --output"
    }
  }
}
