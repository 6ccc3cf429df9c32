import EdgeBoxes
import EdgeData
import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import TestSupport
import Testing

@testable import EdgeTraining

/// What tasks make of pictures, and how they judge networks.
@Suite struct DenseTaskTests {
  private let detector: ModelDescription
  private let segmenter: ModelDescription

  init() throws {
    detector = try .named("ssd_edgenext_xx_small")
    segmenter = try .named("deeplabv3_edgenext_xx_small")
  }

  private func detection(_ training: RectangleBoxes) throws -> DetectionTask {
    try DetectionTask(
      .tiny(.ssd, epochs: 1), model: detector, training: training,
      validation: RectangleBoxes(count: 3, empty: [1], crowded: [2]))
  }

  @Test func picturesWithoutObjectsAreNotLearned() throws {
    let task = try detection(RectangleBoxes(count: 6, empty: [0, 3], crowded: [4]))
    #expect(task.training.count == 3 && task.validation.count == 3)
    #expect((0..<3).map { task.training.name(at: $0) } == ["1.png", "2.png", "5.png"])
    #expect(throws: TaskError.noObjects(pictures: 2)) {
      try detection(RectangleBoxes(count: 2, empty: [0], crowded: [1]))
    }
  }

  @Test func networksMustBeForTheTask() throws {
    let classifier = try ModelDescription.named("edgenext_xx_small")
    #expect(throws: TaskError.network(model: "edgenext_xx_small", task: "detection")) {
      try DetectionTask(
        .tiny(.ssd, epochs: 1), model: classifier, training: RectangleBoxes(count: 2),
        validation: RectangleBoxes(count: 1))
    }
    var recipe = TrainingRecipe.tiny(.deeplabv3, epochs: 1)
    recipe.hasAuxiliaryHead = true
    recipe.size = 80
    #expect(throws: RecipeError.self) {
      try SegmentationTask(
        recipe, model: segmenter, training: RectangleMasks(count: 2),
        validation: RectangleMasks(count: 1))
    }
  }

  private func batch(_ task: any TrainingTask, size: Int, count: Int) throws -> Batch {
    let sampler = try ShuffledSampler(
      count: task.training.count, batchSize: count, height: size, width: size, seed: 1)
    let loader = BatchLoader(
      task.training, requests: sampler.batches(epoch: 0), seed: 1, epoch: 0, workers: 0,
      targetCount: { task.targetCount(height: $0, width: $1) }, prepare: task.preparation)
    return try #require(try loader.next())
  }

  /// Boxes on the anchors as the matcher puts them, and as many as the loss is divided by.
  @Test(arguments: [64, 96]) func objectsBecomeAnchors(size: Int) throws {
    let task = try detection(RectangleBoxes(count: 4))
    let anchors = try #require(detector.anchors(height: size, width: size))
    #expect(task.targetCount(height: size, width: size) == 5 * anchors.count)
    let batch = try batch(task, size: size, count: 4)
    let example = task.example(batch, number: 0, epoch: 0)
    #expect(example.shape == [4, size, size, 3])
    let (labels, locations) = (
      example.inputs["labels"] ?? [], example.inputs["locations"] ?? []
    )
    #expect(labels.count == 4 * anchors.count && locations.count == 16 * anchors.count)
    for row in 0..<4 {
      let own = labels[row * anchors.count..<(row + 1) * anchors.count]
      #expect(own.contains { $0 > 0 } && own.allSatisfy { [0, 1, 2].contains($0) })
    }
    let positives = labels.indices.filter { labels[$0] > 0 }
    #expect(example.inputs["scale"] == [1 / Float(positives.count)])
    for index in labels.indices {
      let four = locations[4 * index..<4 * index + 4]
      #expect(four.allSatisfy(\.isFinite) && (labels[index] > 0 || four.allSatisfy { $0 == 0 }))
    }
  }

  @Test func masksBecomeLabels() throws {
    var recipe = TrainingRecipe.tiny(.deeplabv3, epochs: 1)
    recipe.hasAuxiliaryHead = true
    let task = try SegmentationTask(
      recipe, model: segmenter, training: RectangleMasks(count: 4),
      validation: RectangleMasks(count: 1))
    let example = task.example(try batch(task, size: 64, count: 4), number: 0, epoch: 0)
    let labels = try #require(example.inputs["labels"])
    #expect(labels.count == 4 * 64 * 64 && labels.allSatisfy { (-1...2).contains($0) })
    #expect(Set(labels).isSuperset(of: [0, 1]))
    let few = try #require(example.inputs["auxiliary_labels"])
    #expect(few.count == 4 * 4 * 4)
    #expect(few[1] == labels[16] && few[4] == labels[16 * 64] && few[16] == labels[64 * 64])
  }

  /// Short sides follow the size of the batch.
  @Test func resizingIsRelative() {
    var recipe = TrainingRecipe(.deeplabv3)
    #expect(recipe.shortSides(size: 512) == 384...768)
    recipe.resizeRange = [0.5, 2]
    #expect(recipe.shortSides(size: 512) == 256...1024)
    #expect(recipe.shortSides(size: 1) == 1...2)
    #expect(recipe.segmentationTransform().shortSides == 256...1024)
  }

  /// The validation set counts with all its pictures; boxes lie within them.
  @Test func detectionIsJudgedOnWholePictures() throws {
    let dataset = RectangleBoxes(count: 3, empty: [1], crowded: [2])
    let network = try detector.network(from: SyntheticParameters(tag: "v1"), classes: 2)
    let executor = Executor<Shape>(options: RuntimeOptions(threads: 1)) { shape in
      try network.graph(input: shape, answering: .detection)
    }
    let transform = TrainingRecipe.tiny(.ssd, epochs: 1).evaluationTransform(of: detector)
    #expect(transform.fit == .stretch && transform.crop == 64)
    var evaluator = DetectionEvaluator(
      dataset, model: detector, transform: transform, batch: 2, workers: 0)
    evaluator.keepsAnswers = true
    evaluator.rankingLimit = 2
    var progress: [Int] = []
    let report = try evaluator { done in
      progress.append(done)
    } program: { shape in
      try executor.program(for: shape)
    }
    #expect(progress == [2, 3] && report.count == 3)
    // The program gives answers only.
    #expect(report.loss == nil)
    #expect(report.answers.map(\.index) == [0, 1, 2])
    for detection in report.answers.flatMap(\.detections) {
      #expect(detection.score > 0.01 && (0...1).contains(detection.label))
      #expect(detection.box.left >= 0 && detection.box.right <= 64)
    }
    expectRanking(report, of: dataset)
    #expect(report.answers.allSatisfy { $0.detections.count <= 2 * 200 })
    #expect(report.figures.count == 12 && report["ap"] != nil && report["ar_100"] != nil)
    // Of the first picture: it has one object.
    #expect(report.classes.map(\.objects) == [1, 0])
    #expect(report.classes[1].ap == nil && report.classes[1].ap50 == nil)
  }

  /// The best and the worst of all answers, without what is unsure.
  private func expectRanking(_ report: DetectionEvaluator.Report, of dataset: RectangleBoxes) {
    let figures = report.answers.map { answer in
      PictureFigure(
        detections: answer.detections,
        objects: dataset.objects(at: answer.index).map { GroundTruth($0) })
    }
    #expect(report.ranking.best.count == 2 && report.ranking.worst.count == 2)
    #expect(report.ranking.best[0].figure.value == figures.map(\.value).max())
    #expect(report.ranking.worst[0].figure.value == figures.map(\.value).min())
    for entry in report.ranking.best + report.ranking.worst {
      #expect(entry.figure == figures[entry.index])
      #expect(entry.answer == report.answers[entry.index].detections.filter { $0.score >= 0.5 })
    }
  }

  /// A network that says what color a pixel is, on masks of twice its size.
  @Test func segmentationIsJudgedAtTheSizeOfTheMask() throws {
    let executor = Executor<Shape>(options: RuntimeOptions(threads: 1)) { shape in
      let logits = Tensor(Scale(by: 4), [.input("input", shape: shape)])
      return try Graph(outputs: [Graph.Output("labels", logits.argMax())])
    }
    let transform = EvaluationTransform(
      resize: 32, crop: 32, filter: .openCVBilinear, mean: [0, 0, 0], std: [1, 1, 1],
      fit: .stretch)
    var evaluator = SegmentationEvaluator(
      ColorBlocks(), transform: transform, batch: 2, workers: 0)
    evaluator.rankingLimit = 2
    let report = try evaluator(program: { shape in try executor.program(for: shape) })
    #expect(report.count == 3 && report.metrics.classes == 3)
    #expect(report.pixelAccuracy == 100 && report.meanIoU == 100)
    #expect(report.ranking.best.map(\.index) == [0, 1])
    #expect(report.ranking.worst.map(\.index) == [0, 1])
    #expect(report.ranking.best.allSatisfy { $0.figure.value == 1 && $0.answer.width == 32 })
    // Pixels that don't count are left out: 4 of each picture.
    let total = (0..<3).reduce(0) { $0 + report.metrics.confusion.total(label: $1) }
    #expect(total == 3 * (64 * 64 - 4))
  }

  @Test func figuresTellWhichIsBetter() {
    #expect(Figure.ap.isBetter(2, than: 1) && !Figure.miou.isBetter(1, than: 1))
    #expect(Figure.loss.isBetter(1, than: 2) && !Figure.loss.isBetter(2, than: 1))
    #expect(Set(Figure.allCases.map(\.tag)).count == Figure.allCases.count)
  }
}

/// Pictures of blocks of 8 by 8 pixels in pure red, green or blue, and their masks.
private struct ColorBlocks: SegmentationDataset {
  let classNames = ["red", "green", "blue"]
  let count = 3

  func name(at index: Int) -> String { "\(index).png" }

  private func label(_ index: Int, _ pixel: Int) -> Int {
    (index + pixel % 64 / 8 + pixel / 64 / 8) % 3
  }

  func content(at index: Int) throws(DatasetError) -> SampleContent {
    let pixels = (0..<64 * 64).flatMap { pixel in
      (0..<3).map { $0 == label(index, pixel) ? UInt8(255) : 0 }
    }
    return .decoded(Image(width: 64, height: 64, pixels: pixels))
  }

  func mask(at index: Int) throws(DatasetError) -> Mask {
    Mask(
      width: 64, height: 64,
      labels: (0..<64 * 64).map { $0 < 4 ? Mask.ignored : UInt8(label(index, $0)) })
  }
}
