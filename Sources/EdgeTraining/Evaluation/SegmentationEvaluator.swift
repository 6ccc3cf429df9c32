import EdgeData
import EdgeGraph
import EdgeRuntime

/// Runs a segmentation network over a data set: pictures stretched to the network's size, the
/// likeliest classes enlarged to the masks' (`hkzhang91/EdgeFormer`, `eval_segmentation.py`).
package struct SegmentationEvaluator: Sendable {
  package struct Report: Sendable {
    package let metrics: SegmentationMetrics
    /// By pixel that counts, at the network's size, of those of all pictures
    /// (``SegmentationLoss``); nil where there is none, and for programs that don't give it.
    package let loss: Double?
    /// What was predicted in the best and worst pictures, at the size of the network's output.
    package let ranking: RankedPictures<Mask>
    package let count: Int
    package let seconds: Double

    package var imagesPerSecond: Double { Double(count) / max(seconds, 1e-9) }
  }

  package let dataset: any SegmentationDataset
  package let transform: EvaluationTransform
  package let batch: Int
  package let workers: Int
  /// How many of the best and of the worst pictures are kept.
  package var rankingLimit = 0

  package init(
    _ dataset: any SegmentationDataset, transform: EvaluationTransform, batch: Int, workers: Int
  ) {
    self.dataset = dataset
    self.transform = transform
    self.batch = batch
    self.workers = workers
  }

  /// - Parameters:
  ///   - progress: gets the number of pictures that are done, after each batch; throws to stop.
  ///   - program: for images of `[n, h, w, 3]`; its first output is the labels `[n, h, w]`. Those of
  ///     all shapes have the inputs of ``SegmentationLoss`` and an output `loss` too, or none has.
  /// - Throws: `DatasetError`, `LoadingError`, and what planning a program throws.
  package func callAsFunction(
    progress: (Int) throws -> Void = { _ in }, program: (Shape) throws -> Program
  ) throws -> Report {
    let start = ContinuousClock.now
    var metrics = SegmentationMetrics(classes: dataset.classNames.count)
    var loss = RunningMean()
    var ranking = RankedPictures<Mask>(limit: rankingLimit)
    var count = 0
    let requests = try requests()
    let givesLoss = try program([requests[0].count, transform.crop, transform.crop, 3]).givesLoss
    let loader = loader(requests, givesLoss: givesLoss)
    while let batch = try loader.next() {
      let (program, targets) = (try program(batch.shape), givesLoss ? batch.lossInputs : [:])
      let outputs = program.run(batch, targets: targets)
      if let mean = program.loss(in: outputs) {
        loss.add(mean, count: SegmentationLoss.count(labels: targets["labels"] ?? []))
      }
      let labels = outputs[0].floats()
      for (row, index) in batch.indices.enumerated() {
        let pixels = batch.height * batch.width
        let found = Mask(
          width: batch.width, height: batch.height,
          labels: labels[row * pixels..<(row + 1) * pixels].map { UInt8($0) })
        try add(found, at: index, to: &metrics, &ranking)
      }
      count += batch.count
      try progress(count)
    }
    let elapsed = start.duration(to: .now)
    return Report(
      metrics: metrics, loss: loss.mean, ranking: ranking, count: count,
      seconds: elapsed / .seconds(1))
  }

  private func requests() throws(SamplerError) -> [BatchRequest] {
    try SequentialSampler(
      count: dataset.count, batchSize: batch, height: transform.crop, width: transform.crop
    ).batches()
  }

  /// Targets are the labels of the loss, `[h, w]`, if it is computed.
  private func loader(_ requests: [BatchRequest], givesLoss: Bool) -> BatchLoader {
    BatchLoader(
      dataset, requests: requests, seed: 0, epoch: 0, workers: workers,
      targetCount: { height, width in givesLoss ? height * width : 0 },
      prepare: preparation(givesLoss: givesLoss))
  }

  private func preparation(givesLoss: Bool) -> SamplePreparation {
    { [dataset, transform] content, sample, _, output, targets in
      transform(try content.picture(name: sample.name), into: &output)
      guard givesLoss else { return }
      try dataset.mask(at: sample.index).resized(width: sample.width, height: sample.height)
        .write(into: &targets)
    }
  }

  private func add(
    _ found: Mask, at index: Int, to metrics: inout SegmentationMetrics,
    _ ranking: inout RankedPictures<Mask>
  ) throws(DatasetError) {
    let mask = try dataset.mask(at: index)
    let predicted = found.resized(width: mask.width, height: mask.height).labels
    metrics.add(predicted: predicted, mask: mask.labels)
    guard rankingLimit > 0 else { return }
    let figure = PictureFigure(
      predicted: predicted, mask: mask.labels, classes: metrics.classes)
    guard let figure else { return }
    ranking.add(found, at: index, figure: figure)
  }
}

extension Batch {
  /// What a loss without an auxiliary head compares with, where labels are the targets.
  fileprivate var lossInputs: [String: [Float]] {
    SegmentationLoss(hasAuxiliaryHead: false)
      .inputs(labels: targets.floats, count: count, height: height, width: width)
  }
}

extension SegmentationEvaluator.Report {
  /// In percent; nil where no pixel counts.
  package var meanIoU: Double? { metrics.meanIoU.map { 100 * $0 } }
  package var pixelAccuracy: Double? { metrics.pixelAccuracy.map { 100 * $0 } }
}
