import EdgeBoxes
import EdgeData
import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import Foundation
import TestSupport
import Testing

@testable import EdgeTraining

/// The loss of detection and segmentation over a validation set: that of all its pictures in one
/// batch, whatever batches it comes in.
@Suite struct ValidationLossTests {
  private static let side = 64
  private let options = RuntimeOptions(threads: 1)
  private let detector: ModelDescription
  private let segmenter: ModelDescription
  private let boxTransform: EvaluationTransform
  private let maskTransform: EvaluationTransform

  init() throws {
    detector = try .named("ssd_edgenext_xx_small")
    segmenter = try .named("deeplabv3_edgenext_xx_small")
    boxTransform = TrainingRecipe.tiny(.ssd, epochs: 1).evaluationTransform(of: detector)
    maskTransform = TrainingRecipe.tiny(.deeplabv3, epochs: 1).evaluationTransform(of: segmenter)
  }

  /// The values of a program's first output.
  private func run(_ program: Program, _ inputs: [String: [Float]]) -> [Float] {
    program.run { index, input in
      let values = inputs[program.inputs[index]] ?? []
      for place in input.indices { input[place] = values[place] }
    }[0].floats()
  }

  private func report(
    _ network: any Network, on dataset: any DetectionDataset, batch: Int
  ) throws -> DetectionEvaluator.Report {
    let executor = detector.judging(network, options: options)
    let evaluator = DetectionEvaluator(
      dataset, model: detector, transform: boxTransform, batch: batch, workers: 0)
    return try evaluator(program: { shape in try executor.program(for: shape) })
  }

  /// What the graph of a training step says, without what differs in training.
  private func detectionLoss(_ network: any Network, on dataset: FlatBoxes) throws -> Double {
    let grid = try #require(detector.anchors(height: Self.side, width: Self.side))
    let matcher = AnchorMatcher(grid: grid)
    var (images, labels, locations) = ([Float](), [Float](), [Float]())
    for index in 0..<dataset.count {
      images += boxTransform(FlatBoxes.image(index))
      let learned = dataset.learned(at: index)
      let targets = matcher.targets(boxes: learned.map(\.box), labels: learned.map(\.label))
      labels += targets.labels
      locations += targets.locations
    }
    let executor = Executor<Shape>(options: options) { shape in
      try DetectionLoss().graph(of: network, images: shape)
    }
    let found = run(
      try executor.program(for: [dataset.count, Self.side, Self.side, 3]),
      [
        "images": images, "labels": labels, "locations": locations,
        "scale": [DetectionLoss.scale(labels: labels)],
      ])
    return Double(found[0])
  }

  @Test(arguments: [1, 2, 5]) func detectionLosesWhatTrainingDoes(batch: Int) throws {
    let dataset = FlatBoxes()
    let network = try detector.network(from: FreshParameters(seed: 3), classes: 2)
    let report = try report(network, on: dataset, batch: batch)
    let (found, expected) = (
      try #require(report.loss), try detectionLoss(network, on: dataset)
    )
    #expect(expected.isFinite && expected > 0)
    #expect(abs(found - expected) < 1e-5 * expected, "\(found), expected \(expected)")
    let figures = Evaluation.detection(report).figures
    #expect(figures.first { $0.figure == .loss }?.value == found)
  }

  private func report(
    _ network: any Network, on dataset: any SegmentationDataset, batch: Int
  ) throws -> SegmentationEvaluator.Report {
    let executor = segmenter.judging(network, options: options)
    let evaluator = SegmentationEvaluator(
      dataset, transform: maskTransform, batch: batch, workers: 0)
    return try evaluator(program: { shape in try executor.program(for: shape) })
  }

  /// The mean of −log softmax over the pixels that count, of masks that are resized by the rule.
  private func segmentationLoss(_ network: any Network, on dataset: FlatMasks) throws -> Double {
    let (side, classes) = (Self.side, dataset.classNames.count)
    let images = (0..<dataset.count).flatMap { maskTransform(FlatMasks.picture($0).image) }
    let executor = Executor<Shape>(options: options) { shape in try network.graph(input: shape) }
    let logits = run(
      try executor.program(for: [dataset.count, side, side, 3]), ["input": images])
    var (sum, count) = (0.0, 0)
    for index in 0..<dataset.count {
      let mask = try dataset.mask(at: index)
      for pixel in 0..<side * side {
        let (row, column) = (pixel / side * mask.height / side, pixel % side * mask.width / side)
        let label = mask.labels[row * mask.width + column]
        guard label != Mask.ignored else { continue }
        let start = (index * side * side + pixel) * classes
        let values = logits[start..<start + classes].map { Double($0) }
        sum += log(values.reduce(0) { $0 + exp($1) }) - values[Int(label)]
        count += 1
      }
    }
    return sum / Double(count)
  }

  @Test(arguments: [1, 2, 5]) func segmentationLosesByPixel(batch: Int) throws {
    let dataset = FlatMasks()
    let network = try segmenter.network(from: FreshParameters(seed: 3), classes: 3)
    let report = try report(network, on: dataset, batch: batch)
    let (found, expected) = (
      try #require(report.loss), try segmentationLoss(network, on: dataset)
    )
    #expect(expected.isFinite && expected > 0)
    #expect(abs(found - expected) < 1e-5 * expected, "\(found), expected \(expected)")
    let figures = Evaluation.segmentation(report).figures
    #expect(figures.first { $0.figure == .loss }?.value == found)
  }

  /// Pictures without objects, and pixels that don't count.
  @Test func nothingIsLostWhereNothingIs() throws {
    let boxes = RectangleBoxes(count: 3, empty: [0, 2], crowded: [1])
    let found = try detector.network(from: FreshParameters(seed: 1), classes: 2)
    #expect(try report(found, on: boxes, batch: 2).loss == nil)
    let masks = FlatMasks(ignored: Set(0..<5))
    let told = try segmenter.network(from: FreshParameters(seed: 1), classes: 3)
    #expect(try report(told, on: masks, batch: 2).loss == nil)
  }

  /// A program of answers only tells the same figures without a loss.
  @Test func answersStayTheSame() throws {
    let dataset = FlatMasks()
    let network = try segmenter.network(from: FreshParameters(seed: 5), classes: 3)
    let executor = Executor<Shape>(options: options) { shape in
      try network.graph(input: shape, answering: .segmentation)
    }
    let evaluator = SegmentationEvaluator(
      dataset, transform: maskTransform, batch: 5, workers: 0)
    let plain = try evaluator(program: { shape in try executor.program(for: shape) })
    let judged = try report(network, on: dataset, batch: 5)
    #expect(plain.loss == nil && judged.loss != nil)
    #expect(plain.meanIoU == judged.meanIoU && plain.pixelAccuracy == judged.pixelAccuracy)
  }
}

/// Pictures of 96 by 48 pixels, with objects of which not all are learned.
private struct FlatBoxes: DetectionDataset {
  let classNames = ["red", "green"]
  let count = 5

  static func image(_ index: Int) -> Image { Rectangles(index, width: 96, height: 48).image }

  func name(at index: Int) -> String { "\(index).png" }

  func content(at index: Int) throws(DatasetError) -> SampleContent {
    .decoded(Self.image(index))
  }

  func objects(at index: Int) -> [ObjectAnnotation] {
    let plain = ObjectAnnotation(
      box: Box(left: 24, top: 12, right: 72, bottom: 36), label: index % 2)
    let crowd = ObjectAnnotation(
      box: Box(left: 0, top: 0, right: 48, bottom: 48), label: 0, isCrowd: true)
    let cut = ObjectAnnotation(box: Box(left: -10, top: 24, right: 48, bottom: 60), label: 1)
    let line = ObjectAnnotation(box: Box(left: 30, top: 10, right: 30, bottom: 20), label: 1)
    return switch index {
    case 0: [plain, cut]
    case 1: []
    case 2: [crowd]
    case 3: [line, plain, crowd]
    default: [plain]
    }
  }

  /// What training would see, in fractions of the picture.
  func learned(at index: Int) -> [(box: Box, label: Int)] {
    let plain = (box: Box(left: 0.25, top: 0.25, right: 0.75, bottom: 0.75), label: index % 2)
    let cut = (box: Box(left: 0, top: 0.5, right: 0.5, bottom: 1), label: 1)
    return switch index {
    case 0: [plain, cut]
    case 1, 2: []
    default: [plain]
    }
  }
}

/// Masks of 96 by 48 pixels, of which every seventh pixel doesn't count; of some pictures none does.
private struct FlatMasks: SegmentationDataset {
  let classNames = ["background", "red", "green"]
  let count = 5
  var ignored: Set<Int> = [2]

  static func picture(_ index: Int) -> Rectangles { Rectangles(index, width: 96, height: 48) }

  func name(at index: Int) -> String { "\(index).png" }

  func content(at index: Int) throws(DatasetError) -> SampleContent {
    .decoded(Self.picture(index).image)
  }

  func mask(at index: Int) throws(DatasetError) -> Mask {
    let labels = Self.picture(index).mask.labels.enumerated().map { pixel, label in
      ignored.contains(index) || pixel % 7 == 0 ? Mask.ignored : label
    }
    return Mask(width: 96, height: 48, labels: labels)
  }
}
