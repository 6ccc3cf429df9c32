import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

extension TrainingRun {
  /// Forward and backward pass on one batch, and the update that is due.
  func learn(from batch: Batch, _ observer: any RunObserver) throws {
    let example = try example(batch)
    // Every batch draws anew, also those of one update.
    let draw = position.step * recipe.updateFrequency + position.batch % recipe.updateFrequency
    let buffers = session.parameters.buffers
    let result = try session.computeGradients(of: example, seed: seed, step: draw)
    position.batch += 1
    let frequency = recipe.updateFrequency
    if result.loss.isFinite {
      position.loss.add(result.loss, count: batch.count)
      position.images += batch.count
      waitingBatches += 1
      if frequency > 1 { session.parameters.accumulate(factor: 1 / Double(frequency)) }
    } else {
      session.parameters.buffers = buffers
      try skip(result.loss, observer)
    }
    if position.batch % frequency == 0 { try update(after: result.loss, observer) }
  }

  /// A step without a batch that counts leaves the parameters as they are, as do gradients that are
  /// not finite.
  private func update(after loss: Double, _ observer: any RunObserver) throws {
    defer { position.step += 1 }
    guard waitingBatches > 0 else { return }
    waitingBatches = 0
    let step = position.step
    let isApplied = session.parameters.run(
      UpdateSettings(
        step: position.updates + 1, learningRate: rates.value(step: step),
        weightDecay: decays.value(step: step), clipNorm: recipe.clipGradient,
        clipValue: recipe.clipValue,
        averageDecay: recipe.averages ? averageDecay.value(steps: position.updates) : nil))
    if isApplied { position.updates += 1 } else { try skip(loss, observer) }
  }

  /// What a loss or gradient that is no number leads to.
  private func skip(_ loss: Double, _ observer: any RunObserver) throws {
    let failure = NonfiniteStep(
      loss: loss, epoch: position.epoch, step: position.step,
      learningRate: rates.value(step: position.step),
      tensor: session.parameters.entryWithNonfiniteGradient?.name)
    guard recipe.nanPolicy == .skip else { throw failure }
    observer.skipped(failure)
  }

  /// Images and targets, mixed where the recipe says so, with what the teacher says of them.
  private func example(_ batch: Batch) throws -> TrainingBatch {
    let classes = session.configuration.classes
    var images = batch.images.withFloats { span in span.indices.map { span[$0] } }
    var targets = [Float](repeating: 0, count: batch.count * classes)
    var targetSpan = targets.mutableSpan
    BatchMixing.writeTargets(
      batch.labels.map { Int($0) }, classes: classes, smoothing: recipe.smoothing,
      into: &targetSpan)
    if mixing.isActive {
      var random = RandomStream(
        seed: seed, step: position.epoch, name: "mixing of batch \(position.batch)")
      var imageSpan = images.mutableSpan
      mixing(
        images: &imageSpan, targets: &targetSpan, count: batch.count, height: batch.height,
        width: batch.width, random: &random)
    }
    let shape: Shape = [batch.count, batch.height, batch.width, 3]
    return TrainingBatch(
      shape: shape, images: images, targets: targets,
      teacher: try teacher?.answer(to: images, shape: shape))
  }
}

/// Why training can't go on.
package struct NonfiniteStep: Error, Hashable, Sendable, CustomStringConvertible {
  package let loss: Double
  package let epoch, step: Int
  package let learningRate: Double
  /// The first parameter whose gradient is not finite.
  package let tensor: String?

  package var description: String {
    (loss.isFinite ? "a gradient is not finite (the loss is \(loss))" : "the loss is \(loss)")
      + " in epoch \(epoch + 1), at step \(step) with learning rate \(learningRate)"
      + (tensor.map { "; the first gradient that isn't finite is that of '\($0)'" } ?? "")
      + "; try a smaller --lr, --clip-grad 1, or --on-nan skip"
  }
}
