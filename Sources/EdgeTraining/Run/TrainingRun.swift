import EdgeData
import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime

/// A network learning a task as a recipe says: epochs of steps, each epoch evaluated, and
/// everything that is needed to go on in a checkpoint. What it does follows from the recipe, the
/// data and the number of threads alone, to the last bit, whether it is interrupted or not.
package final class TrainingRun {
  package let recipe: TrainingRecipe
  package let task: any TrainingTask
  package let session: TrainingSession
  let sampler: any BatchSampler
  let rates: LearningRateSchedule
  let decays: WeightDecaySchedule
  let averageDecay: AverageDecay
  /// Where the run stands.
  package internal(set) var position = RunPosition()
  /// Batches whose gradients the next update follows.
  var waitingBatches = 0

  /// - Parameters:
  ///   - source: where the parameters come from.
  ///   - options: how programs are run.
  /// - Throws: where recipe, data and network don't fit each other.
  package init(
    _ recipe: TrainingRecipe, model: ModelDescription, task: any TrainingTask,
    from source: any ParameterSource, options: RuntimeOptions
  ) throws {
    self.recipe = recipe
    self.task = task
    let pictures = task.training.count
    sampler = try recipe.sampler(pictures: pictures)
    let configuration = recipe.networkConfiguration(classes: task.classNames.count)
    let groups = try Self.groups(recipe, model, configuration)
    session = try TrainingSession(
      model, from: source, configuration: configuration, objective: task.loss,
      algorithm: recipe.algorithm,
      groups: { name, _ in groups[name] ?? ParameterGroup() }, averages: recipe.averages,
      accumulates: recipe.updateFrequency > 1, options: options)
    let perEpoch = sampler.stepCount(epoch: 0, accumulation: recipe.updateFrequency)
    guard perEpoch > 0 else {
      throw SamplerError.everyBatchDropped(
        pictures: pictures, batchSize: recipe.imagesPerStep, worldSize: 1)
    }
    let steps = StepCount(epochs: recipe.epochs, stepsPerEpoch: perEpoch)
    rates = LearningRateSchedule(recipe, steps: steps)
    decays = WeightDecaySchedule(recipe, steps: steps)
    averageDecay = AverageDecay(recipe)
  }

  private static func groups(
    _ recipe: TrainingRecipe, _ model: ModelDescription, _ configuration: NetworkConfiguration
  ) throws -> [String: ParameterGroup] {
    let graph = try model.network(from: ShapesOnly(), options: configuration)
      .graph(input: [1, model.size, model.size, 3])
    let parameters = graph.parameters.filter { !$0.isBuffer }
    let groups = try ParameterGroups(
      parameters.map { ($0.name, $0.shape) }, recipe: recipe, isHead: model.isHeadParameter)
    return Dictionary(zip(parameters.map(\.name), groups.groups)) { first, _ in first }
  }

  package var classNames: [String] { task.classNames }

  /// All epochs that are left.
  ///
  /// - Returns: whether the run came to its end; false where the observer stopped it.
  package func run(_ observer: any RunObserver) throws -> Bool {
    while position.epoch < recipe.epochs {
      let start = ContinuousClock.now
      guard try runSteps(observer) else { return false }
      let training = start.duration(to: .now) / .seconds(1)
      let summary = try evaluate(training: training, observer)
      position.finishEpoch(summary)
      try observer.finished(summary, of: self)
    }
    return true
  }

  /// The rest of the current epoch's steps; false where the observer stopped the run.
  private func runSteps(_ observer: any RunObserver) throws -> Bool {
    let epoch = position.epoch
    let frequency = recipe.updateFrequency
    let requests = sampler.batches(epoch: epoch)
    let stepCount = min(
      sampler.stepCount(epoch: epoch, accumulation: frequency), requests.count / frequency)
    let loader = BatchLoader(
      task.training, requests: Array(requests.prefix(stepCount * frequency)),
      startingAt: position.batch, seed: recipe.randomSeed, epoch: epoch, workers: workers,
      targetCount: { [task] height, width in task.targetCount(height: height, width: width) },
      prepare: task.preparation)
    while let batch = try loader.next() {
      try learn(from: batch, observer)
      guard position.batch % frequency == 0 else { continue }
      let progress = StepProgress(
        epoch: epoch, epochs: recipe.epochs, step: position.batch / frequency, steps: stepCount,
        loss: position.loss.mean ?? .nan, learningRate: rates.value(step: position.step - 1))
      guard observer.shouldGoOn(after: progress, of: self) else { return false }
    }
    return true
  }

  var workers: Int {
    recipe.workers ?? BatchLoader.defaultWorkers(processors: session.options.threads)
  }
}
