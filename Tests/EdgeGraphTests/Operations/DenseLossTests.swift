import EdgeGraph
import TestSupport
import Testing

/// The losses of detection and segmentation.
@Suite struct DenseLossTests {
  private static let logits = Reference(
    shape: [2, 2, 3], values: [1, 2, 3, 0, 0, 0, -5, 0, 5, 700, -700, 0])

  /// The same as weights of 1 for one class, and nothing for a label that is none.
  @Test func indexedLabelsAreOneHotTargets() {
    let labels = Reference(shape: [2, 2], values: [2, 0, -1, 1])
    let found = IndexedCrossEntropy().reference([Self.logits, labels])
    let flat = Reference(shape: [4, 3], values: Self.logits.values)
    let targets = Reference(shape: [4, 3], values: [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0])
    let expected = CrossEntropy().reference([flat, targets])
    #expect(found.shape == [2, 2])
    #expect(largestDifference(found.values, expected.values) < 1e-12)
    let dy = Reference(shape: [2, 2], values: [1, -2, 3, 0.5])
    let gradient = IndexedCrossEntropyGradient().reference([dy, Self.logits, labels])
    let rows = Reference(shape: [4], values: dy.values)
    let others = CrossEntropyGradient().reference([rows, flat, targets])
    #expect(gradient.shape == [2, 2, 3])
    #expect(largestDifference(gradient.values, others.values) < 1e-12)
  }

  @Test(arguments: [-1, -0.5, 3, 255, .nan, .infinity] as [Double])
  func whatIsNoClassCountsForNothing(label: Double) {
    let labels = Reference(shape: [2, 2], values: [label, label, label, label])
    #expect(IndexedCrossEntropy().reference([Self.logits, labels]).values == [0, 0, 0, 0])
    let gradient = IndexedCrossEntropyGradient().reference([labels, Self.logits, labels])
    #expect(gradient.values.allSatisfy { $0 == 0 })
  }

  /// Two positive anchors and room for three of the background: of two equal ones the first.
  @Test func theHardestOfTheBackgroundStay() {
    let background: [Double] = [5, -3, 0, 1, -3, -4, -3, 9]
    let rows = background.flatMap { logit -> [Double] in [logit, 0] }
    let confidences = Reference(shape: [1, 8, 2], values: rows)
    let labels = Reference(shape: [1, 8], values: [0, 0, 7, 0, 0, 0, 0, 1])
    func mined(_ ratio: Double) -> [Double] {
      MinedLabels(ratio: ratio).reference([confidences, labels]).values
    }
    #expect(mined(1) == [-1, 0, 7, -1, -1, 0, -1, 1])
    #expect(mined(1.9) == [-1, 0, 7, -1, 0, 0, -1, 1])
    #expect(mined(0) == [-1, -1, 7, -1, -1, -1, -1, 1])
    #expect(mined(100) == [0, 0, 7, 0, 0, 0, 0, 1])
  }

  /// Each image has its own share; one without objects has no background either.
  @Test func imagesAreMinedApart() {
    let confidences = Reference(shape: [2, 3, 2], values: [1, 0, 2, 0, 3, 0, 1, 0, 2, 0, 3, 0])
    let labels = Reference(shape: [2, 3], values: [0, 0, 0, 4, 0, -1])
    let mined = MinedLabels(ratio: 3).reference([confidences, labels])
    #expect(mined == Reference(shape: [2, 3], values: [-1, -1, -1, 4, 0, -1]))
  }

  @Test func smoothL1ByHand() {
    let predictions = Reference(shape: [1, 2, 4], values: [0.5, 2, -3, 0, 9, 9, 9, 9])
    let targets = Reference(shape: [1, 2, 4], values: [0, 0, 0, 0, 0, 0, 0, .infinity])
    let labels = Reference(shape: [1, 2], values: [3, 0])
    let loss = SmoothL1().reference([predictions, targets, labels])
    #expect(loss == Reference(shape: [1, 2], values: [0.125 + 1.5 + 2.5, 0]))
    let dy = Reference(shape: [1, 2], values: [2, 2])
    let gradient = SmoothL1Gradient().reference([dy, predictions, targets, labels])
    #expect(gradient.values == [1, 2, -2, 0, 0, 0, 0, 0])
  }

  @Test func shapesHaveToMatch() {
    let expected = ShapeError.mismatch(expected: "labels of [5]", found: [[5, 3], [4]])
    #expect(throws: expected) { try IndexedCrossEntropy().outputShape([[5, 3], [4]]) }
    #expect(throws: ShapeError.rank(expected: "at least 2", found: [3])) {
      try IndexedCrossEntropy().outputShape([[3], [3]])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 1", found: [5, 0])) {
      try IndexedCrossEntropy().outputShape([[5, 0], [5]])
    }
    #expect(throws: ShapeError.rank(expected: "3 [n, anchors, k]", found: [5, 3])) {
      try MinedLabels(ratio: 3).outputShape([[5, 3], [5]])
    }
    let unequal: [Shape] = [[2, 5, 4], [2, 5, 3], [2, 5]]
    #expect(
      throws: ShapeError.mismatch(
        expected: "predictions and targets of one shape", found: unequal)
    ) { try SmoothL1().outputShape(unequal) }
    #expect(throws: ShapeError.mismatch(expected: "a gradient of [5]", found: [[4]])) {
      try IndexedCrossEntropyGradient().outputShape([[4], [5, 3], [5]])
    }
    #expect(throws: ShapeError.mismatch(expected: "a gradient of [5]", found: [[4]])) {
      try SmoothL1Gradient().outputShape([[4], [5, 3], [5, 3], [5]])
    }
  }

  @Test func minedLabelsPassNoGradient() throws {
    let confidences = Tensor.input("confidences", shape: [1, 3, 2])
    let labels = Tensor.input("labels", shape: [1, 3])
    let mined = Tensor(MinedLabels(ratio: 3), [confidences, labels])
    let gradient = try gradients(of: mined.sum(to: [1]), withRespectTo: [confidences])[0]
    let values = try Graph(outputs: [.init("gradient", gradient)]).evaluated([:])[0].values
    #expect(values == [0, 0, 0, 0, 0, 0])
  }

  @Test func aNegativeRatioIsABug() async {
    await #expect(processExitsWith: .failure) { _ = MinedLabels(ratio: -1) }
  }
}
