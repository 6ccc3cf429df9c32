import EdgeFormats
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
    let data = try TrainingData(recipe)
    let start = try StartingWeights(recipe, classNames: data.classNames)
    let task = try data.task(recipe, model: start.model, options: options)
    training = try TrainingRun(
      recipe, model: start.model, task: task, from: start.source, options: options)
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
    let task = training.task
    Console.note(
      "\(training.session.model.name): \(task.training.count) training and \(task.validation.count) "
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
}

/// Why a run can't begin.
enum TrainingJobError: Error, Equatable, CustomStringConvertible {
  case classCount(expected: Int, found: Int)
  case teacherClasses(expected: Int, found: Int)
  case unreadable(String)
  case defects(String)
  /// Weights of a network for another task.
  case task(model: String, found: String, expected: String)
  case occupied(folder: String)

  var description: String {
    switch self {
    case .classCount(let expected, let found):
      "--classes is \(expected), the data set has \(found) classes; leave the option out"
    case .teacherClasses(let expected, let found):
      "the teacher tells \(found) classes apart, the data set has \(expected); train the teacher on "
        + "this data set first"
    case .unreadable(let report):
      report + "\nrepair or remove them, or give --skip-bad-images"
    case .defects(let report):
      report + "\nrepair or remove them, or give --skip-bad"
    case .task(let model, let found, let expected):
      "the weights are of \(model), a network for \(found); give --task \(found), or weights for "
        + "\(expected) or classification"
    case .occupied(let folder):
      "\(folder): holds a run already; go on with it by --resume auto, or name another --output"
    }
  }
}
