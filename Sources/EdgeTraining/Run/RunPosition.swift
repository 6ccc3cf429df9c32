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
    if summary.isBest { best = TrainingState.Best(epoch: epoch, top1: summary.top1) }
    if summary.isBestAverage, let top1 = summary.averageTop1 {
      bestAverage = TrainingState.Best(epoch: epoch, top1: top1)
    }
    epoch += 1
    batch = 0
    images = 0
    loss = RunningMean()
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
  /// Of the plain weights on the validation set; accuracies in percent.
  package let validation: Evaluator.Report
  /// Of the averaged weights.
  package let averaged: Evaluator.Report?
  /// Of training, without validation.
  package let seconds: Double
  package let imagesPerSecond: Double
  /// Whether no epoch before had a higher accuracy.
  package let isBest, isBestAverage: Bool

  package var top1: Double { validation.metrics.top1 ?? 0 }
  package var averageTop1: Double? { averaged?.metrics.top1 }
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
