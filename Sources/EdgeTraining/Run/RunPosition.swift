/// Where a run stands: what a checkpoint needs to know besides the numbers.
package struct RunPosition: Equatable, Sendable {
  /// The current epoch, from 0.
  package var epoch = 0
  /// Batches of it that are done.
  package var batch = 0
  /// Steps of the schedules that are done, over all epochs.
  package var step = 0
  /// Updates of the parameters, which are fewer where steps were left out.
  package var updates = 0
  /// Of the current epoch.
  package var loss = RunningMean()
  package var images = 0
  /// The best validations so far, of the plain and of the averaged weights.
  package var best, bestAverage: TrainingState.Best?

  package init() {}

  mutating func finishEpoch(_ summary: EpochSummary) {
    if summary.isBest { best = TrainingState.Best(summary.validation, epoch: epoch) }
    if summary.isBestAverage, let averaged = summary.averaged {
      bestAverage = TrainingState.Best(averaged, epoch: epoch)
    }
    epoch += 1
    batch = 0
    images = 0
    loss = RunningMean()
  }
}

extension TrainingState.Best {
  fileprivate init(_ evaluation: Evaluation, epoch: Int) {
    self.init(epoch: epoch, figure: evaluation.principal, value: evaluation.score)
  }
}

/// How far an epoch has come.
package struct StepProgress: Sendable {
  package let epoch, epochs: Int
  /// Updates done in this epoch, and all of it.
  package let step, steps: Int
  /// The mean over the epoch so far.
  package let loss: Double
  package let learningRate: Double
}

/// What an epoch came to.
package struct EpochSummary: Sendable {
  package let epoch, step: Int
  package let trainingLoss: Double
  package let learningRate: Double
  /// Of the plain weights.
  package let validation: Evaluation
  /// Of the averaged weights.
  package let averaged: Evaluation?
  /// Of training, without validation.
  package let seconds: Double
  package let imagesPerSecond: Double
  /// Whether no epoch before was as good, by the principal figure.
  package let isBest, isBestAverage: Bool
}

/// Who watches a run.
package protocol RunObserver: AnyObject {
  /// After every update; false stops the run, which can be gone on with.
  func shouldGoOn(after progress: StepProgress, of run: TrainingRun) -> Bool

  /// While an epoch is evaluated: the pictures that are done, of all.
  func evaluating(_ done: Int, of total: Int) throws

  /// A batch was left out.
  func skipped(_ failure: NonfiniteStep)

  /// After every epoch, evaluation included.
  func finished(_ summary: EpochSummary, of run: TrainingRun) throws
}
