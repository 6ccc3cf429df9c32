import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

extension TrainingRun {
  /// Plain and averaged weights on the validation set.
  func evaluate(training seconds: Double, _ observer: any RunObserver) throws -> EpochSummary {
    let validation = try report(averaged: false, observer)
    let averaged = recipe.averages ? try report(averaged: true, observer) : nil
    let (top1, average) = (validation.metrics.top1 ?? 0, averaged?.metrics.top1)
    return EpochSummary(
      epoch: position.epoch, step: position.step, trainingLoss: position.loss.mean ?? .nan,
      learningRate: rates.value(step: max(position.step - 1, 0)), validation: validation,
      averaged: averaged, seconds: seconds,
      imagesPerSecond: Double(position.images) / max(seconds, 1e-9),
      isBest: top1 > position.best?.top1 ?? -1,
      isBestAverage: average.map { $0 > position.bestAverage?.top1 ?? -1 } ?? false)
  }

  /// The validation images' fate under the current weights.
  private func report(
    averaged: Bool, _ observer: any RunObserver
  ) throws -> Evaluator.Report {
    let evaluator = Evaluator(
      data.validation, transform: recipe.evaluationTransform(of: session.model),
      batch: max(1, recipe.batch * 3 / 2), workers: workers)
    let classifier = try session.executor(averaged: averaged)
    return try evaluator(classes: session.configuration.classes) { done in
      try observer.evaluating(done, of: data.validation.count)
    } program: { shape in
      try classifier.program(for: shape)
    }
  }
}

extension TrainingSession {
  /// The network as it is now, for inference in float32.
  package func executor(averaged: Bool) throws -> Executor<Shape> {
    let network = try model.network(
      from: snapshot(averaged: averaged),
      options: NetworkConfiguration(classes: configuration.classes))
    let float32 = RuntimeOptions(isa: options.isa, threads: options.threads)
    return Executor(options: float32) { shape in try network.graph(input: shape) }
  }

  /// The parameters as they are now.
  package func snapshot(averaged: Bool) -> SnapshotParameters {
    SnapshotParameters(
      layout: parameters.layout,
      buffer: averaged ? parameters.average ?? parameters.values : parameters.values,
      epsilonOverrides: epsilonOverrides)
  }
}
