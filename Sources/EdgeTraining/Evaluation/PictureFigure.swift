import EdgeBoxes

/// How good what a network says of one picture is.
package struct PictureFigure: Hashable, Sendable {
  /// From 0 to 1, the best.
  package let value: Double
  /// Which of equal values is better: the scores of what is right less those of what is wrong.
  package let certainty: Double

  /// Detections below this score don't count.
  package static let scoreThreshold = 0.5
  private static let overlapThreshold = 0.5

  /// F1, the harmonic mean of precision and recall: twice what is right over all that is found and
  /// all that there is to find; 1 where both are nothing.
  ///
  /// From the best score to the worst, each detection takes the object of its class that it overlaps
  /// most, by at least one half, among those that none has taken. Crowds and difficult objects are
  /// not expected, and who finds only one of these is neither right nor wrong.
  ///
  /// - Parameters:
  ///   - detections: in pixels, in any order.
  ///   - objects: what there is to find, in pixels too.
  package init(detections: [Detection], objects: [GroundTruth]) {
    let found = detections.filter { $0.score >= Self.scoreThreshold }
    let order = found.indices.sorted { a, b in (found[b].score, a) < (found[a].score, b) }
    var rest = objects.filter(\.isExpected)
    let expected = rest.count
    var (right, wrong, certainty) = (0, 0, 0.0)
    for detection in order.map({ found[$0] }) {
      if let object = Self.match(of: detection, among: rest) {
        rest.remove(at: object)
        right += 1
        certainty += detection.score
      } else if !Self.isExcused(detection, by: objects) {
        wrong += 1
        certainty -= detection.score
      }
    }
    let total = right + wrong + expected
    value = total == 0 ? 1 : Double(2 * right) / Double(total)
    self.certainty = certainty
  }

  /// The mean of intersection over union over the classes that occur, in the mask or in what was
  /// predicted; nil where no pixel counts.
  ///
  /// - Parameters:
  ///   - predicted: a class for each pixel.
  ///   - mask: the true ones; pixels of other numbers, as 255, don't count.
  /// - Precondition: as of ``SegmentationMetrics/add(predicted:mask:)``.
  package init?(predicted: [UInt8], mask: [UInt8], classes: Int) {
    var metrics = SegmentationMetrics(classes: classes)
    metrics.add(predicted: predicted, mask: mask)
    guard let mean = metrics.meanIoU else { return nil }
    value = mean
    certainty = 0
  }

  private static func match(of detection: Detection, among objects: [GroundTruth]) -> Int? {
    let overlaps = objects.map { object in
      object.label == detection.label ? detection.box.overlap(with: object.box) : 0
    }
    let best = overlaps.indices.max { overlaps[$0] < overlaps[$1] }
    return best.flatMap { overlaps[$0] >= overlapThreshold ? $0 : nil }
  }

  /// Whether it lies on something that isn't expected.
  private static func isExcused(_ detection: Detection, by objects: [GroundTruth]) -> Bool {
    objects.contains { object in
      !object.isExpected && object.label == detection.label
        && DetectionMatching.overlap(detection.box, object) >= overlapThreshold
    }
  }
}

extension GroundTruth {
  /// Whether it counts against a network not to find it.
  fileprivate var isExpected: Bool { !isCrowd && !isDifficult }
}
