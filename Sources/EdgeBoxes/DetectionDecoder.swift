/// Makes detections of an SSD network's outputs: softmax over all classes, scores above a threshold,
/// and for each class greedy non-maximum suppression, which drops a box that overlaps a better one
/// by more than a threshold (arXiv:1512.02325, section 2.2; the official ParC-Net code has it in
/// `cvnets/models/detection/ssd.py`).
///
/// Time grows with the logits, and with candidates times boxes kept of a class.
public struct DetectionDecoder: Hashable, Sendable {
  public let grid: AnchorGrid
  /// Without the background.
  public let classes: Int
  public let coder: BoxCoder
  /// Detections have a larger score.
  public var scoreThreshold = 0.05
  /// Boxes of a class that are kept overlap by at most this.
  public var overlapThreshold = 0.5
  /// The best ones are kept.
  public var limitPerClass = 200
  /// The best ones of all classes are kept; nil for all of them.
  public var limitPerImage: Int?

  /// - Parameter classes: without the background, which is column 0 of the confidences.
  /// - Precondition: there is a class.
  public init(grid: AnchorGrid, classes: Int, coder: BoxCoder = BoxCoder()) {
    precondition(classes > 0, "detections of \(classes) classes")
    self.grid = grid
    self.classes = classes
    self.coder = coder
  }

  /// The detections in one image: class by class, in a class by falling score; boxes in fractions
  /// of the image, not clipped. Logits that aren't finite give none.
  ///
  /// - Parameters:
  ///   - confidences: logits `[anchors, classes + 1]`.
  ///   - locations: `[anchors, 4]`.
  /// - Precondition: both are of the grid's anchors.
  public func callAsFunction(
    confidences: Span<Float>, locations: Span<Float>
  ) -> [Detection] {
    precondition(
      confidences.count == grid.count * (classes + 1) && locations.count == grid.count * 4,
      "\(confidences.count) logits and \(locations.count) locations of \(grid.count) anchors")
    let candidates = ScoreCandidates(
      confidences, columns: classes + 1, threshold: scoreThreshold)
    var detections: [Detection] = []
    for (label, candidates) in candidates.byClass().enumerated() {
      append(candidates, label: label, locations: locations, to: &detections)
    }
    return best(detections)
  }

  /// Appends what suppression leaves of a class.
  private func append(
    _ candidates: [ScoreCandidates.Candidate], label: Int, locations: Span<Float>,
    to detections: inout [Detection]
  ) {
    var kept = KeptBoxes()
    for candidate in candidates.sorted(by: ScoreCandidates.Candidate.precedes) {
      guard kept.count < limitPerClass else { return }
      let anchor = grid.values.four(at: candidate.anchor)
      let box = coder.box(at: locations.four(at: candidate.anchor), from: anchor)
      guard !kept.cover(box, by: Float(overlapThreshold)) else { continue }
      kept.append(box)
      let corners = Box(
        left: Double(box.x), top: Double(box.y), right: Double(box.z), bottom: Double(box.w))
      detections.append(Detection(box: corners, label: label, score: Double(candidate.score)))
    }
  }

  /// The best detections of the image, in the order they had.
  private func best(_ detections: [Detection]) -> [Detection] {
    guard let limitPerImage, detections.count > limitPerImage else { return detections }
    let scores = detections.map(\.score).sorted(by: >)
    let limit = max(0, limitPerImage)
    let least = limit == 0 ? .infinity : scores[limit - 1]
    // Of those that equal the last one, the first.
    var equal = limit - scores.prefix { $0 > least }.count
    return detections.filter { detection in
      if detection.score > least { return true }
      guard detection.score == least, equal > 0 else { return false }
      equal -= 1
      return true
    }
  }
}
