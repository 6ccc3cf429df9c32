import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

extension TrainingRun {
  /// Forward and backward pass on one batch, and the update that is due.
  func learn(from batch: Batch, _ observer: any RunObserver) throws {
    let example = try task.example(batch, number: position.batch, epoch: position.epoch)
    // Every batch draws anew, also those of one update.
    let draw = position.step * recipe.updateFrequency + position.batch % recipe.updateFrequency
    let buffers = session.parameters.buffers
    let result = try session.computeGradients(of: example, seed: recipe.randomSeed, step: draw)
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
