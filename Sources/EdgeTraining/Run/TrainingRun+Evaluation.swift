import EdgeGraph
import EdgeModels
import EdgeRuntime

extension TrainingRun {
  /// Plain and averaged weights on the validation set.
  func evaluate(training seconds: Double, _ observer: any RunObserver) throws -> EpochSummary {
    let validation = try judge(averaged: false, observer)
    let averaged = recipe.averages ? try judge(averaged: true, observer) : nil
    return EpochSummary(
      epoch: position.epoch, step: position.step, trainingLoss: position.loss.mean ?? .nan,
      learningRate: rates.value(step: max(position.step - 1, 0)), validation: validation,
      averaged: averaged, seconds: seconds,
      imagesPerSecond: Double(position.images) / max(seconds, 1e-9),
      isBest: validation.isBetter(than: position.best),
      isBestAverage: averaged?.isBetter(than: position.bestAverage) ?? false)
  }

  /// What the current weights, or their averages, make of the validation set.
  private func judge(averaged: Bool, _ observer: any RunObserver) throws -> Evaluation {
    try task.evaluate(
      session.executor(averaged: averaged), batch: max(1, recipe.batch * 3 / 2), workers: workers
    ) { done in
      try observer.evaluating(done, of: task.validation.count)
    }
  }
}

extension Evaluation {
  /// Whether it is an improvement on the best one so far; anything is one on none.
  fileprivate func isBetter(than best: TrainingState.Best?) -> Bool {
    best.map { principal.isBetter(score, than: $0.value) } ?? true
  }
}

extension TrainingSession {
  /// The network as it is now, for inference in float32, as it is judged.
  package func executor(averaged: Bool) throws -> Executor<Shape> {
    let network = try model.network(
      from: snapshot(averaged: averaged),
      options: NetworkConfiguration(classes: configuration.classes))
    return model.judging(
      network, options: RuntimeOptions(isa: options.isa, threads: options.threads))
  }

  /// The parameters as they are now.
  package func snapshot(averaged: Bool) -> SnapshotParameters {
    SnapshotParameters(
      layout: parameters.layout,
      buffer: averaged ? parameters.average ?? parameters.values : parameters.values,
      epsilonOverrides: epsilonOverrides)
  }
}
