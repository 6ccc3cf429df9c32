import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

/// Runs a classifier over a labeled data set.
package struct Evaluator: Sendable {
  /// A picture that was taken for another class.
  package struct Mistake: Sendable {
    package let index: Int
    package let label, predicted: Int
    /// The probability of the predicted class, from 0 to 1.
    package let score: Double
  }

  package struct Report: Sendable {
    package let metrics: ClassificationMetrics
    /// The worst ones first: the most certain of something wrong.
    package let mistakes: [Mistake]
    package let seconds: Double

    package var imagesPerSecond: Double { Double(metrics.count) / max(seconds, 1e-9) }
  }

  package let dataset: any ImageDataset
  package let transform: EvaluationTransform
  package let batch: Int
  package let workers: Int
  /// How many mistakes are kept.
  package var mistakeLimit = 0

  package init(
    _ dataset: any ImageDataset, transform: EvaluationTransform, batch: Int, workers: Int
  ) {
    self.dataset = dataset
    self.transform = transform
    self.batch = batch
    self.workers = workers
  }

  /// - Parameters:
  ///   - program: for an input of `[n, h, w, 3]`; its first output is the logits `[n, classes]`.
  ///   - progress: gets the number of pictures that are done, after each batch; throws to stop.
  /// - Throws: ``LoadingError``, and what planning a program throws.
  package func callAsFunction(
    classes: Int, progress: (Int) throws -> Void = { _ in },
    program: (Shape) throws -> Program
  ) throws -> Report {
    let start = ContinuousClock.now
    let sampler = try SequentialSampler(
      count: dataset.count, batchSize: batch, height: transform.crop, width: transform.crop)
    let loader = BatchLoader(
      dataset, requests: sampler.batches(), seed: 0, epoch: 0, workers: workers
    ) { [transform] content, sample, _, output, _ in
      transform(try content.picture(name: sample.name), into: &output)
    }
    var metrics = ClassificationMetrics(classes: classes, countsConfusion: classes <= 10_000)
    var mistakes: [Mistake] = []
    while let batch = try loader.next() {
      let logits = try program(batch.shape).run(batch)[0].floats()
      let labels = batch.indices.map { dataset.label(at: $0) }
      metrics.add(logits: logits, labels: labels)
      keep(&mistakes, logits, labels, batch.indices, classes: classes)
      try progress(metrics.count)
    }
    let elapsed = start.duration(to: .now)
    return Report(metrics: metrics, mistakes: mistakes, seconds: elapsed / .seconds(1))
  }

  private func keep(
    _ mistakes: inout [Mistake], _ logits: [Float], _ labels: [Int], _ indices: [Int],
    classes: Int
  ) {
    guard mistakeLimit > 0 else { return }
    for (row, label) in labels.enumerated() {
      let scores = softmax(logits[row * classes..<(row + 1) * classes])
      guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }), best != label else {
        continue
      }
      mistakes.append(
        Mistake(index: indices[row], label: label, predicted: best, score: scores[best]))
    }
    mistakes.sort { ($1.score, $0.index) < ($0.score, $1.index) }
    mistakes = Array(mistakes.prefix(mistakeLimit))
  }
}
