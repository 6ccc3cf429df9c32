import EdgeBoxes
import EdgeData
import EdgeGraph
import EdgeModels
import EdgeRuntime

/// Runs a detection network over a data set: pictures stretched to the network's size, boxes scaled
/// back to the pictures' pixels and clipped.
package struct DetectionEvaluator: Sendable {
  /// What was found in a picture.
  package struct Answer: Sendable {
    /// Of the data set.
    package let index: Int
    /// In pixels of the picture.
    package let detections: [Detection]
  }

  package struct Report: Sendable {
    /// COCO's twelve figures in percent, in their order, under names such as `ap_small`; nil where
    /// there is nothing to measure.
    package let figures: [(name: String, value: Double?)]
    package let classes: [ClassFigures]
    /// PASCAL VOC's average precision at an overlap of 0.5 in percent, by both rules; nil where there
    /// is nothing to measure.
    package let vocAP50, vocAP50OfElevenPoints: Double?
    /// By box that stands for an object, of those in all pictures (``DetectionLoss``); nil where
    /// there is none, and for programs that don't give it.
    package let loss: Double?
    /// Of all pictures, if they were asked for.
    package let answers: [Answer]
    /// What was found in the best and worst pictures with a score that counts there.
    package let ranking: RankedPictures<[Detection]>
    package let count: Int
    package let seconds: Double

    package var imagesPerSecond: Double { Double(count) / max(seconds, 1e-9) }

    package subscript(name: String) -> Double? {
      figures.first { $0.name == name }.flatMap(\.value)
    }
  }

  /// What is known about a class, in percent; nil for classes without objects.
  package struct ClassFigures: Sendable {
    /// Crowds and difficult ones left out.
    package let objects: Int
    /// COCO's average precision, and PASCAL VOC's at an overlap of 0.5.
    package let ap, ap50: Double?
  }

  package let dataset: any DetectionDataset
  package let model: ModelDescription
  package let transform: EvaluationTransform
  package let batch: Int
  package let workers: Int
  /// Boxes below this score don't count.
  package var scoreThreshold = 0.01
  package var keepsAnswers = false
  /// How many of the best and of the worst pictures are kept.
  package var rankingLimit = 0

  package init(
    _ dataset: any DetectionDataset, model: ModelDescription, transform: EvaluationTransform,
    batch: Int, workers: Int
  ) {
    self.dataset = dataset
    self.model = model
    self.transform = transform
    self.batch = batch
    self.workers = workers
  }

  /// - Parameters:
  ///   - progress: gets the number of pictures that are done, after each batch; throws to stop.
  ///   - program: for images of `[n, h, w, 3]`; its first outputs are the scores
  ///     `[n, anchors, classes + 1]` and locations `[n, anchors, 4]`. Those of all shapes have the
  ///     inputs of ``DetectionLoss`` and an output `loss` too, or none has.
  /// - Throws: ``TaskError``, `ModelError`, `LoadingError`, and what planning a program throws.
  package func callAsFunction(
    progress: (Int) throws -> Void = { _ in }, program: (Shape) throws -> Program
  ) throws -> Report {
    let start = ContinuousClock.now
    let grid = try grid()
    let decoder = decoder(grid)
    let requests = try requests()
    let givesLoss = try program([requests[0].count, transform.crop, transform.crop, 3]).givesLoss
    let loader = loader(requests, givesLoss ? AnchorMatcher(grid: grid) : nil)
    var tally = DetectionTally(dataset)
    var loss = RunningMean()
    var answers: [Answer] = []
    var ranking = RankedPictures<[Detection]>(limit: rankingLimit)
    while let batch = try loader.next() {
      let (program, targets) = (try program(batch.shape), JudgedTargets(batch))
      let outputs = program.run(batch, targets: targets.inputs)
      if let mean = program.loss(in: outputs) { loss.add(mean, count: targets.objectCount) }
      for answer in self.answers(outputs, batch.indices, targets, decoder) {
        tally.add(answer.detections, at: answer.index)
        if keepsAnswers { answers.append(answer) }
        if rankingLimit > 0 { rank(answer, in: &ranking) }
      }
      try progress(tally.count)
    }
    let elapsed = start.duration(to: .now)
    return Report(
      figures: tally.figures, classes: tally.classes, vocAP50: tally.vocAP50(.area),
      vocAP50OfElevenPoints: tally.vocAP50(.elevenPoints), loss: loss.mean, answers: answers,
      ranking: ranking, count: tally.count, seconds: elapsed / .seconds(1))
  }

  private func rank(_ answer: Answer, in ranking: inout RankedPictures<[Detection]>) {
    let objects = dataset.objects(at: answer.index).map { GroundTruth($0) }
    ranking.add(
      answer.detections.filter { $0.score >= PictureFigure.scoreThreshold }, at: answer.index,
      figure: PictureFigure(detections: answer.detections, objects: objects))
  }

  private func grid() throws -> AnchorGrid {
    try model.validate(batch: 1, height: transform.crop, width: transform.crop)
    guard let grid = model.anchors(height: transform.crop, width: transform.crop) else {
      throw TaskError.network(model: model.name, task: "detection")
    }
    return grid
  }

  private func decoder(_ grid: AnchorGrid) -> DetectionDecoder {
    var decoder = DetectionDecoder(grid: grid, classes: dataset.classNames.count)
    decoder.scoreThreshold = scoreThreshold
    decoder.overlapThreshold = 0.5
    return decoder
  }

  private func requests() throws(SamplerError) -> [BatchRequest] {
    try SequentialSampler(
      count: dataset.count, batchSize: batch, height: transform.crop, width: transform.crop
    ).batches()
  }

  /// - Parameter matcher: nil where no loss is computed.
  private func loader(_ requests: [BatchRequest], _ matcher: AnchorMatcher?) -> BatchLoader {
    BatchLoader(
      dataset, requests: requests, seed: 0, epoch: 0, workers: workers,
      targetCount: { _, _ in JudgedTargets.valueCount(matcher) }, prepare: preparation(matcher))
  }

  private func preparation(_ matcher: AnchorMatcher?) -> SamplePreparation {
    { [dataset, transform] content, sample, _, output, targets in
      let picture = try content.picture(name: sample.name)
      transform(picture, into: &output)
      JudgedTargets.write(picture, dataset.objects(at: sample.index), matcher, into: &targets)
    }
  }

  private func answers(
    _ outputs: [TensorData], _ indices: [Int], _ targets: JudgedTargets,
    _ decoder: DetectionDecoder
  ) -> [Answer] {
    let (scores, locations) = (outputs[0].floats(), outputs[1].floats())
    let perImage = (scores.count / indices.count, locations.count / indices.count)
    return indices.enumerated().map { row, index in
      let found = decoder(
        scores: scores.span.extracting(row * perImage.0..<(row + 1) * perImage.0),
        locations: locations.span.extracting(row * perImage.1..<(row + 1) * perImage.1))
      let (width, height) = targets.sizes[row]
      let picture = Box(left: 0, top: 0, right: width, bottom: height)
      return Answer(
        index: index,
        detections: found.map { detection in
          var detection = detection
          detection.box = detection.box.scaled(x: width, y: height).clamped(to: picture)
          return detection
        })
    }
  }
}

/// What a loader writes beside each picture: its width and its height in pixels, and where a loss is
/// computed, labels `[anchors]` and locations `[anchors, 4]`.
private struct JudgedTargets {
  private static let sizeCount = 2

  /// Of the pictures.
  let sizes: [(width: Double, height: Double)]
  /// Of the loss, by their names.
  let inputs: [String: [Float]]

  init(_ batch: Batch) {
    let targets = batch.targets.floats
    let values = targets.count / batch.count
    sizes = (0..<batch.count).map { row in
      (width: Double(targets[row * values]), height: Double(targets[row * values + 1]))
    }
    inputs =
      values == Self.sizeCount
      ? [:]
      : DetectionLoss.inputs(targets, count: batch.count, startingAt: Self.sizeCount)
  }

  /// Anchors that stand for an object.
  var objectCount: Int { DetectionLoss.count(labels: inputs["labels"] ?? []) }

  static func valueCount(_ matcher: AnchorMatcher?) -> Int {
    sizeCount + 5 * (matcher?.grid.count ?? 0)
  }

  static func write(
    _ picture: Image, _ objects: [ObjectAnnotation], _ matcher: AnchorMatcher?,
    into targets: inout MutableSpan<Float>
  ) {
    targets[0] = Float(picture.width)
    targets[1] = Float(picture.height)
    guard let matcher else { return }
    var learned = [Float](repeating: 0, count: targets.count - sizeCount)
    var span = learned.mutableSpan
    matcher.write(
      DetectionTransform.inside(picture, objects), width: picture.width, height: picture.height,
      into: &span)
    for index in learned.indices { targets[sizeCount + index] = learned[index] }
  }
}
