extension EpochRecord {
  /// The line of the log for an epoch; epochs count from 1.
  package init(_ summary: EpochSummary) {
    self.init(epoch: summary.epoch + 1, step: summary.step)
    trainLoss = summary.trainingLoss
    learningRate = summary.learningRate
    top1 = summary.validation.metrics.top1
    top5 = summary.validation.metrics.top5
    loss = summary.validation.metrics.loss
    top1Average = summary.averageTop1
    seconds = summary.seconds
    imagesPerSecond = summary.imagesPerSecond
  }

  /// The figures as curves for TensorBoard.
  package var scalars: [(tag: String, value: Double)] {
    let figures: [(String, Double?)] = [
      ("loss/train", trainLoss), ("loss/validation", loss), ("accuracy/top1", top1),
      ("accuracy/top5", top5), ("accuracy/top1_ema", top1Average),
      ("optimizer/learning_rate", learningRate), ("speed/images_per_s", imagesPerSecond),
    ]
    return figures.compactMap { tag, value in value.map { (tag: tag, value: $0) } }
  }
}
