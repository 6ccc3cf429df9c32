import EdgeBoxes
import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import TestSupport
import Testing

/// SSD from an image to detections and to its loss, against the official PyTorch code in float64.
@Suite struct SSDDetectionTests {
  private let golden: SSDBoxesGolden
  private let model: ModelDescription
  private let grid: AnchorGrid
  private let source = SyntheticParameters(tag: "v1")

  /// Of scores and of boxes in fractions. The official code in float32 is 5 · 10⁻⁶ off in the logits,
  /// and thus 10⁻⁶ in scores of a tenth.
  private let tolerance = 1e-5

  init() throws {
    golden = try SSDBoxesGolden()
    model = try ModelDescription.named("ssd_edgeformer_s")
    grid = try #require(
      model.anchors(height: golden.inputShape[2], width: golden.inputShape[3]))
  }

  /// The network's outputs for the image by their names, or the answers in their place.
  private func outputs(_ isa: ISA, answers: Bool = false) throws -> [String: [Float]] {
    let network = try model.network(from: source)
    let executor = Executor<Shape>(options: RuntimeOptions(isa: isa, threads: 2)) { shape in
      try network.graph(input: shape, answering: answers ? .detection : nil)
    }
    let image = source.image(Shape(golden.inputShape)).channelsLast()
    let program = try executor.program(for: image.shape)
    let results = program.run(image.floats()).map { $0.floats() }
    return Dictionary(uniqueKeysWithValues: zip(program.outputs, results))
  }

  @Test func anchorsAgree() {
    let values = grid.values.map(Double.init)
    let probe = source.uniform("probe:anchors", count: values.count)
    let checksum = zip(values, probe).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(grid.count == golden.anchors.count)
    #expect(abs(checksum - golden.anchors.checksum) < 1e-8)
  }

  // MARK: Detections

  private func detections(_ golden: SSDBoxesGolden.Detections) -> [Detection] {
    golden.labels.indices.map { index in
      let box = golden.boxes[index]
      return Detection(
        box: Box(left: box[0], top: box[1], right: box[2], bottom: box[3]),
        label: golden.labels[index] - 1, score: golden.scores[index])
    }
  }

  private func detections(_ isa: ISA, threshold: Double) throws -> [Detection] {
    let outputs = try outputs(isa, answers: true)
    let (scores, locations) = (
      try #require(outputs["scores"]), try #require(outputs["locations"])
    )
    var decoder = DetectionDecoder(grid: grid, classes: 80)
    decoder.scoreThreshold = threshold
    return decoder(scores: scores.span, locations: locations.span)
  }

  @Test(arguments: ISA.available)
  func detectionsFarFromEveryLimitAgree(isa: ISA) throws {
    let expected = detections(golden.detectionsHigherThreshold)
    let threshold = golden.detectionsHigherThreshold.scoreThreshold
    let found = try detections(isa, threshold: threshold)
    #expect(found.count == golden.detectionsHigherThreshold.count)
    #expect(found.map(\.label) == expected.map(\.label))
    #expect(unmatched(expected, in: found).isEmpty && unmatched(found, in: expected).isEmpty)
    for (better, worse) in zip(found, found.dropFirst()) where better.label == worse.label {
      #expect(better.score >= worse.score)
    }
  }

  /// Of the detections at the lower threshold, those may differ that rounding can decide.
  @Test func detectionsAgree() throws {
    let expected = detections(golden.detections)
    let threshold = golden.detections.scoreThreshold
    let found = try detections(.best, threshold: threshold)
    let missing = unmatched(expected, in: found)
    let extra = unmatched(found, in: expected)
    let all = found + expected
    let wrong = (missing + extra).filter { !isNearALimit($0, among: all, threshold) }
    #expect(wrong.isEmpty)
    #expect(missing.count < 20 && extra.count < 20 && expected.count == golden.detections.count)
  }

  /// Those without their like.
  private func unmatched(_ detections: [Detection], in others: [Detection]) -> [Detection] {
    let others = Dictionary(grouping: others, by: \.label)
    return detections.filter { detection in
      !(others[detection.label] ?? []).contains { isClose($0, detection) }
    }
  }

  private func isClose(_ a: Detection, _ b: Detection) -> Bool {
    largestDifference(numbers(a), numbers(b)) <= tolerance
  }

  private func numbers(_ detection: Detection) -> [Double] {
    let box = detection.box
    return [detection.score, box.left, box.top, box.right, box.bottom]
  }

  /// Whether the score is near the threshold, an overlap near its limit, or the score of a box that
  /// overlaps it near its own.
  private func isNearALimit(
    _ detection: Detection, among others: [Detection], _ threshold: Double
  ) -> Bool {
    if abs(detection.score - threshold) <= tolerance { return true }
    return others.contains { other in
      guard other.label == detection.label, !isClose(other, detection) else { return false }
      let overlap = detection.box.overlap(with: other.box)
      let isTie = overlap > 0.5 && abs(detection.score - other.score) <= tolerance
      return isTie || abs(overlap - 0.5) <= 1e-4
    }
  }

  // MARK: Loss

  /// What trains SSD, as separate numbers for each anchor.
  private static func lossGraph(anchors: Int) throws -> Graph {
    let confidences = Tensor.input("confidences", shape: [1, anchors, 81])
    let locations = Tensor.input("locations", shape: [1, anchors, 4])
    let labels = Tensor.input("labels", shape: [1, anchors])
    let targets = Tensor.input("targets", shape: [1, anchors, 4])
    let chosen = Tensor(MinedLabels(ratio: 3), [confidences, labels])
    return try Graph(outputs: [
      .init("chosen", chosen),
      .init("class_loss", Tensor(IndexedCrossEntropy(), [confidences, chosen])),
      .init("box_loss", Tensor(SmoothL1(), [locations, targets, labels])),
    ])
  }

  private func targets() -> AnchorMatcher.Targets {
    let boxes = golden.lossCase.gtBoxesCorner.map {
      Box(left: $0[0], top: $0[1], right: $0[2], bottom: $0[3])
    }
    return AnchorMatcher(grid: grid).targets(
      boxes: boxes, labels: golden.lossCase.gtLabels.map { $0 - 1 })
  }

  @Test(arguments: ISA.available)
  func lossAgrees(isa: ISA) throws {
    let expected = golden.lossCase
    let wanted = targets()
    let inputs = try outputs(isa).merging(
      ["labels": wanted.labels, "targets": wanted.locations]) { old, _ in old }
    let executor = Executor<Int>(options: RuntimeOptions(isa: isa, threads: 2)) { anchors in
      try Self.lossGraph(anchors: anchors)
    }
    let program = try executor.program(for: grid.count)
    let results = try program.run { index, span in
      let values = try #require(inputs[program.inputs[index]])
      for position in values.indices { span[position] = values[position] }
    }
    let chosen = results[0].doubles()
    let positives = chosen.indices.filter { chosen[$0] > 0 }
    #expect(positives == expected.positiveAnchors)
    #expect(chosen.count { $0 >= 0 } == expected.selected)
    #expect(
      chosen.indices.filter { chosen[$0] == 0 }.reduce(0, +) == expected.negativeAnchorsSum)
    // 48 losses of logits that are 10⁻⁵ off.
    let classLoss = results[1].doubles().reduce(0, +)
    #expect(abs(classLoss - expected.classLossSum) < 1e-3)
    let boxLoss = results[2].doubles().reduce(0, +)
    #expect(abs(boxLoss - expected.boxLossSum) < 3e-4)
    #expect(abs((classLoss + boxLoss) / Double(positives.count) - expected.loss) < 1e-4)
  }
}
