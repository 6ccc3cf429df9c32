extension EpochRecord {
  /// The line of the log for an epoch; epochs count from 1. Of the averaged weights, it has the
  /// principal figure only.
  package init(_ summary: EpochSummary) {
    self.init(epoch: summary.epoch + 1, step: summary.step)
    trainLoss = summary.trainingLoss
    learningRate = summary.learningRate
    results = summary.validation.figures.map { Result($0.figure, $0.value) }
    results.append(
      Result(summary.validation.principal, isAverage: true, summary.averaged?.score))
    seconds = summary.seconds
    imagesPerSecond = summary.imagesPerSecond
  }

  /// The figures as curves for TensorBoard.
  package var scalars: [(tag: String, value: Double)] {
    var figures: [(String, Double?)] = [("loss/train", trainLoss)]
    for result in lossFirst {
      figures.append((result.figure.tag + (result.isAverage ? "_ema" : ""), result.value))
    }
    figures += [
      ("optimizer/learning_rate", learningRate), ("speed/images_per_s", imagesPerSecond),
    ]
    return figures.compactMap { tag, value in value.map { (tag: tag, value: $0) } }
  }
}
