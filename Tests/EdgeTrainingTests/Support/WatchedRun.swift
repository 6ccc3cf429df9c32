import EdgeFormats
import EdgeModels
import EdgeNN
import EdgeRuntime

@testable import EdgeTraining

/// Notes what a run tells, and stops it after some updates.
final class WatchedRun: RunObserver {
  private(set) var summaries: [EpochSummary] = []
  private(set) var skipped = 0
  private var updates = 0
  private let limit: Int

  init(stoppingAfter limit: Int = .max) { self.limit = limit }

  func shouldGoOn(after progress: StepProgress, of run: TrainingRun) -> Bool {
    updates += 1
    return updates < limit
  }

  func evaluating(_ done: Int, of total: Int) {}
  func skipped(_ failure: NonfiniteStep) { skipped += 1 }
  func finished(_ summary: EpochSummary, of run: TrainingRun) { summaries.append(summary) }
}

extension TrainingRecipe {
  /// A run of seconds on pictures of 64 by 64.
  static func tiny(_ base: Base, epochs: Int) -> TrainingRecipe {
    var recipe = TrainingRecipe(base)
    recipe.model = base == .ssd ? "ssd_edgenext_xx_small" : "deeplabv3_edgenext_xx_small"
    recipe.size = 64
    recipe.batch = 4
    recipe.epochs = epochs
    recipe.warmupSteps = 2
    recipe.learningRate = 1e-3
    recipe.minimumRate = 1e-4
    recipe.averageDecay = 0.8
    recipe.workers = 0
    recipe.seed = 3
    return recipe
  }

  /// A run of this recipe on made-up pictures.
  func run(training: Int, validation: Int, threads: Int = 2) throws -> TrainingRun {
    let model = try ModelDescription.named(model ?? "")
    let task: any TrainingTask =
      resolvedTask == .detection
      ? try DetectionTask(
        self, model: model, training: RectangleBoxes(count: training),
        validation: RectangleBoxes(count: validation))
      : try SegmentationTask(
        self, model: model, training: RectangleMasks(count: training),
        validation: RectangleMasks(count: validation))
    return try TrainingRun(
      self, model: model, task: task, from: FreshParameters(seed: randomSeed),
      options: RuntimeOptions(threads: threads))
  }
}

extension TrainingCheckpoint {
  /// All numbers, as bits, by section and name.
  var bits: [String: [UInt32]] {
    var bits: [String: [UInt32]] = [:]
    let sections = [weights, averages ?? [:]] + moments
    for (section, tensors) in sections.enumerated() {
      for (name, tensor) in tensors {
        bits["\(section).\(name)"] = tensor.floats().map(\.bitPattern)
      }
    }
    return bits
  }
}
