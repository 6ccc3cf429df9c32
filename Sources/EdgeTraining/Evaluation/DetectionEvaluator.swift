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
  ///   - program: for an input of `[n, h, w, 3]`; its first outputs are the scores
  ///     `[n, anchors, classes + 1]` and locations `[n, anchors, 4]`.
  /// - Throws: ``TaskError``, `ModelError`, `LoadingError`, and what planning a program throws.
  package func callAsFunction(
    progress: (Int) throws -> Void = { _ in }, program: (Shape) throws -> Program
  ) throws -> Report {
    let start = ContinuousClock.now
    let decoder = try decoder()
    let loader = try loader()
    var tally = DetectionTally(dataset)
    var answers: [Answer] = []
    var ranking = RankedPictures<[Detection]>(limit: rankingLimit)
    while let batch = try loader.next() {
      let outputs = try program([batch.count, batch.height, batch.width, 3]).run { _, input in
        batch.images.withFloats { images in
          for index in input.indices { input[index] = images[index] }
        }
      }
      for answer in self.answers(outputs.prefix(2).map { $0.floats() }, batch, decoder) {
        tally.add(answer.detections, at: answer.index)
        if keepsAnswers { answers.append(answer) }
        if rankingLimit > 0 { rank(answer, in: &ranking) }
      }
      try progress(tally.count)
    }
    let elapsed = start.duration(to: .now)
    return Report(
      figures: tally.figures, classes: tally.classes, answers: answers, ranking: ranking,
      count: tally.count, seconds: elapsed / .seconds(1))
  }

  private func rank(_ answer: Answer, in ranking: inout RankedPictures<[Detection]>) {
    let objects = dataset.objects(at: answer.index).map { GroundTruth($0) }
    ranking.add(
      answer.detections.filter { $0.score >= PictureFigure.scoreThreshold }, at: answer.index,
      figure: PictureFigure(detections: answer.detections, objects: objects))
  }

  private func decoder() throws -> DetectionDecoder {
    try model.validate(batch: 1, height: transform.crop, width: transform.crop)
    guard let grid = model.anchors(height: transform.crop, width: transform.crop) else {
      throw TaskError.network(model: model.name, task: "detection")
    }
    var decoder = DetectionDecoder(grid: grid, classes: dataset.classNames.count)
    decoder.scoreThreshold = scoreThreshold
    decoder.overlapThreshold = 0.5
    return decoder
  }

  private func loader() throws(SamplerError) -> BatchLoader {
    let sampler = try SequentialSampler(
      count: dataset.count, batchSize: batch, height: transform.crop, width: transform.crop)
    return BatchLoader(
      dataset, requests: sampler.batches(), seed: 0, epoch: 0, workers: workers,
      targetCount: { _, _ in 2 }, prepare: preparation)
  }

  /// Targets are the width and the height of the picture.
  private var preparation: SamplePreparation {
    { [transform] content, sample, _, output, targets in
      let picture = try content.picture(name: sample.name)
      transform(picture, into: &output)
      targets[0] = Float(picture.width)
      targets[1] = Float(picture.height)
    }
  }

  private func answers(
    _ outputs: [[Float]], _ batch: Batch, _ decoder: DetectionDecoder
  ) -> [Answer] {
    let (scores, locations, sizes) = (outputs[0], outputs[1], batch.targets.floats)
    let perImage = (scores.count / batch.count, locations.count / batch.count)
    return batch.indices.enumerated().map { row, index in
      let found = decoder(
        scores: scores.span.extracting(row * perImage.0..<(row + 1) * perImage.0),
        locations: locations.span.extracting(row * perImage.1..<(row + 1) * perImage.1))
      let (width, height) = (Double(sizes[2 * row]), Double(sizes[2 * row + 1]))
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
