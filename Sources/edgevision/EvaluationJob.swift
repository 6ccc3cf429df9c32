import ArgumentParser
import EdgeData
import EdgeFormats
import EdgeGraph
import EdgePlot
import EdgeRuntime
import EdgeTraining
import EdgeVision

/// A network on a data set, as `eval` wants it.
struct EvaluationJob {
  private let network: PretrainedNetwork
  private let data: String
  private let part: String?
  private let size, batch: Int?
  private let options: RuntimeOptions
  private let executor: Executor<Shape>

  init(
    _ network: PretrainedNetwork, data: String, part: String?, size: Int?, batch: Int?,
    options: RuntimeOptions
  ) {
    self.network = network
    self.data = data
    self.part = part
    self.size = size
    self.batch = batch
    self.options = options
    executor = network.model.judging(network.network, options: options)
  }

  func classification(
    cropFraction: Double?, mistakes: PictureFile?, _ output: EvaluationOutput
  ) throws {
    let path = part.map { "\(data)/\($0)" } ?? data
    let dataset = try LabeledClasses(DatasetPair.openForEvaluation(path: path), of: network)
    let transform = EvaluationTransform(of: network, size: size, cropFraction: cropFraction)
    var evaluator = Evaluator(
      dataset, transform: transform, batch: batch ?? 64, workers: workers)
    evaluator.mistakeLimit = mistakes == nil ? 0 : 24
    let report = try evaluator(
      classes: network.classCount, progress: progress(of: dataset.count)
    ) { shape in
      try executor.program(for: shape)
    }
    try output.write(.classification(report), classNames: dataset.classNames)
    try mistakes?.write(ContactSheet(report.mistakes, in: dataset))
  }

  func detection(
    threshold: Double, results: String?, _ rankings: RankingFiles, _ output: EvaluationOutput
  ) throws {
    // A file that can't be written is found before long work.
    if let results { _ = try AtomicFile(results) }
    let dataset = try LabeledObjects(
      DetectionPair.openForEvaluation(path: data, part: part), of: network)
    dataset.noteDefects()
    let transform = EvaluationTransform(of: network, size: size)
    var evaluator = DetectionEvaluator(
      dataset, model: network.model, transform: transform, batch: batchSize(transform),
      workers: workers)
    evaluator.scoreThreshold = threshold
    evaluator.keepsAnswers = results != nil
    evaluator.rankingLimit = rankings.limit
    let report = try evaluator(progress: progress(of: dataset.count)) { shape in
      try executor.program(for: shape)
    }
    try output.write(.detection(report), classNames: dataset.classNames)
    try rankings.write(report.ranking, in: dataset)
    guard let results else { return }
    var file = try DetectionResultFile(results)
    for answer in report.answers {
      try file.append(
        answer.detections, image: dataset.identifier(at: answer.index),
        categories: dataset.categoryIdentifiers)
    }
    try file.commit()
  }

  func segmentation(_ rankings: RankingFiles, _ output: EvaluationOutput) throws {
    let dataset = try LabeledMasks(
      SegmentationPair.openForEvaluation(path: data, part: part), of: network)
    try dataset.noteDefects()
    let transform = EvaluationTransform(of: network, size: size)
    var evaluator = SegmentationEvaluator(
      dataset, transform: transform, batch: batchSize(transform), workers: workers)
    evaluator.rankingLimit = rankings.limit
    let report = try evaluator(progress: progress(of: dataset.count)) { shape in
      try executor.program(for: shape)
    }
    try output.write(.segmentation(report), classNames: dataset.classNames)
    try rankings.write(report.ranking, in: dataset)
  }

  /// As many pixels as 64 pictures of 256 by 256 have.
  private func batchSize(_ transform: EvaluationTransform) -> Int {
    batch ?? max(1, 64 * 256 * 256 / (transform.crop * transform.crop))
  }

  private var workers: Int { BatchLoader.defaultWorkers(processors: options.threads) }

  private func progress(of count: Int) -> (Int) -> Void {
    { done in
      guard Console.isInteractive else { return }
      Console.replaceLine(done < count ? "\(done) of \(count) pictures" : "")
    }
  }
}

/// Where what `eval` finds goes.
struct EvaluationOutput {
  let json: Bool
  let confusion: ConfusionFile?

  func write(_ evaluation: Evaluation, classNames: [String]) throws {
    if json {
      try evaluation.writeJSON(classNames: classNames)
    } else {
      try Console.result(evaluation.lines(classNames: classNames))
    }
    guard let matrix = evaluation.confusion else { return }
    try confusion?.write(matrix, classNames: classNames)
  }
}

/// A confusion matrix as a picture or a table.
struct ConfusionFile: ExpressibleByArgument {
  private let path: String
  private let picture: PictureFile?

  init?(argument: String) {
    picture = PictureFile(argument: argument)
    guard picture != nil || argument.lowercased().hasSuffix(".csv") else { return nil }
    path = argument
  }

  /// Finds out before long work whether the file can be written.
  func check() throws {
    if let picture { return try picture.check() }
    _ = try AtomicFile(path)
  }

  func write(_ confusion: ConfusionMatrix, classNames: [String]) throws {
    guard let picture else {
      return try AtomicFile.write(confusion.csv(names: classNames), to: path)
    }
    try picture.write(ConfusionMatrixChart(confusion, classNames: classNames, title: ""))
  }
}
