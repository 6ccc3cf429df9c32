import HeapModule

/// Makes detections of an SSD network's outputs: scores above a threshold, and for each class greedy
/// non-maximum suppression, which drops a box that overlaps a better one by more than a threshold
/// (arXiv:1512.02325, section 2.2; the official ParC-Net code has it in
/// `cvnets/models/detection/ssd.py`).
///
/// Candidates of all classes are taken together by falling score, so that work ends with the last
/// detection that an image may have.
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

  /// - Parameter classes: without the background, which is column 0 of the scores.
  /// - Precondition: there is a class.
  public init(grid: AnchorGrid, classes: Int, coder: BoxCoder = BoxCoder()) {
    precondition(classes > 0, "detections of \(classes) classes")
    self.grid = grid
    self.classes = classes
    self.coder = coder
  }

  /// The detections in one image: class by class, in a class by falling score; boxes in fractions
  /// of the image, not clipped. Of equal scores, the lower anchor's is the better.
  ///
  /// - Parameters:
  ///   - scores: `[anchors, classes + 1]`, the softmax of the confidences. What is no number gives
  ///     no detection.
  ///   - locations: `[anchors, 4]`.
  /// - Precondition: both are of the grid's anchors.
  public func callAsFunction(scores: Span<Float>, locations: Span<Float>) -> [Detection] {
    detections(among: candidates(scores: scores), locations: locations)
  }

  /// What exceeds the threshold among scores `[anchors, classes + 1]`.
  ///
  /// - Precondition: they are of the grid's anchors.
  public func candidates(scores: Span<Float>) -> Candidates {
    precondition(
      scores.count == grid.count * (classes + 1), "\(scores.count) scores of \(grid.count) anchors")
    return Candidates(scores, columns: classes + 1, threshold: Float(scoreThreshold))
  }

  /// The detections that suppression leaves of an image's candidates.
  ///
  /// - Parameter locations: `[anchors, 4]`.
  /// - Precondition: they are of the grid's anchors.
  public func detections(among candidates: Candidates, locations: Span<Float>) -> [Detection] {
    precondition(
      locations.count == grid.count * 4, "\(locations.count) locations of \(grid.count) anchors")
    var remaining = Heap(candidates.keys)
    var kept = [KeptBoxes](repeating: KeptBoxes(), count: classes)
    var detections: [Detection] = []
    while detections.count < limitPerImage ?? .max, let key = remaining.popMax() {
      let (anchor, label) = candidates.place(key)
      guard kept[label].count < limitPerClass else { continue }
      let box = coder.box(
        at: locations.four(at: anchor), from: grid.values.four(at: anchor))
      guard !kept[label].cover(box, by: Float(overlapThreshold)) else { continue }
      kept[label].append(box)
      let corners = Box(
        left: Double(box.x), top: Double(box.y), right: Double(box.z), bottom: Double(box.w))
      detections.append(
        Detection(box: corners, label: label, score: Double(candidates.score(key))))
    }
    // Stable: the score decides within a class.
    return detections.sorted { $0.label < $1.label }
  }
}
