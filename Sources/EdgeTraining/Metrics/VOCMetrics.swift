import EdgeBoxes

/// Average precision as PASCAL VOC has it (Everingham et al., "The PASCAL Visual Object Classes
/// Challenge", IJCV 2010, section 4.2, and the development kit's `VOCevaldet.m`).
///
/// From the best score to the worst, a detection is right if the object of its class that it
/// overlaps most reaches the threshold and wasn't found before. Difficult objects, and crowds, are
/// not expected, and who finds one is neither right nor wrong. Boxes are continuous: in the
/// development kit, whose corners are pixels, a box is one pixel wider than their difference, so
/// that its `xmin` is `left` + 1 here.
public struct VOCMetrics: Sendable {
  /// How precision at all recalls becomes one number.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// The mean at the recalls 0, 0.1, ... 1, as in VOC2007.
    case elevenPoints = "11-point"
    /// The area below the curve, as since VOC2010.
    case area
  }

  /// Without the background.
  public let classes: Int
  public let overlapThreshold: Double
  /// How many images were added.
  public private(set) var images = 0
  private var evidence: [Evidence]

  /// - Precondition: there is a class.
  public init(classes: Int, overlapThreshold: Double = 0.5) {
    precondition(classes > 0, "metrics of \(classes) classes")
    self.classes = classes
    self.overlapThreshold = overlapThreshold
    evidence = Array(repeating: Evidence(), count: classes)
  }

  /// Adds an image. Detections of equal scores count in the order in which they are added.
  ///
  /// - Parameters:
  ///   - detections: in pixels, in any order.
  ///   - objects: what there is to find, in pixels too.
  /// - Precondition: labels are classes.
  public mutating func add(detections: [Detection], objects: [GroundTruth]) {
    let (found, truth) = byClass(detections, objects, classes: classes)
    for label in 0..<classes {
      evidence[label].add(found[label], truth[label], threshold: overlapThreshold)
    }
    images += 1
  }

  /// The average precision of each class as a fraction; nil for classes without an object to find.
  public func perClass(_ rule: Rule) -> [Double?] {
    evidence.map { evidence in
      guard evidence.expected > 0 else { return nil }
      let curve = PrecisionCurve(hits: evidence.hits, objects: evidence.expected)
      switch rule {
      case .elevenPoints: return curve.meanPrecision(at: (0...10).map { Double($0) / 10 })
      case .area: return curve.area
      }
    }
  }

  /// Their mean over the classes with objects to find; nil without any.
  public func mean(_ rule: Rule) -> Double? {
    let known = perClass(rule).compactMap(\.self)
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}

extension VOCMetrics {
  /// What is known of a class.
  private struct Evidence {
    /// Of the detections that are right or wrong.
    private var outcomes: [(score: Double, isHit: Bool)] = []
    /// How many objects there are to find.
    private(set) var expected = 0

    /// By falling scores.
    var hits: [Bool] {
      outcomes.enumerated()
        .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
        .map(\.element.isHit)
    }

    mutating func add(_ detections: [Detection], _ objects: [GroundTruth], threshold: Double) {
      var wasFound = [Bool](repeating: false, count: objects.count)
      let order = detections.enumerated()
        .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      for (_, detection) in order {
        let overlaps = objects.map { detection.box.overlap(with: $0.box) }
        let best = overlaps.indices.max { overlaps[$0] < overlaps[$1] }
        guard let best, overlaps[best] > 0, overlaps[best] >= threshold else {
          outcomes.append((detection.score, false))
          continue
        }
        if objects[best].isDifficult || objects[best].isCrowd { continue }
        outcomes.append((detection.score, !wasFound[best]))
        wasFound[best] = true
      }
      expected += objects.count { !$0.isDifficult && !$0.isCrowd }
    }
  }
}
