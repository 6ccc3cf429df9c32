import EdgeBoxes

/// COCO's figures of detection by boxes, those of pycocotools' `COCOeval.summarize`.
///
/// Average precision is the mean of the best precision at 101 recalls, over classes and, unless a
/// threshold is named, over overlaps of 0.5, 0.55, ... 0.95; average recall is the largest one, over
/// the same.
///
/// Detections of equal scores in different images count in the order in which the images are added;
/// pycocotools has them in ascending order of image ids.
public struct DetectionMetrics: Sendable {
  /// Without the background.
  public let classes: Int
  /// How many images were added.
  public private(set) var images = 0
  private var evidence: [Evidence]

  /// - Precondition: there is a class.
  public init(classes: Int) {
    precondition(classes > 0, "metrics of \(classes) classes")
    self.classes = classes
    evidence = Array(repeating: Evidence(), count: classes)
  }

  /// Adds an image.
  ///
  /// - Parameters:
  ///   - detections: in pixels, in any order; the best 100 of each class count.
  ///   - objects: what there is to find, in pixels too.
  /// - Precondition: labels are classes.
  public mutating func add(detections: [Detection], objects: [GroundTruth]) {
    let (found, truth) = byClass(detections, objects, classes: classes)
    for label in 0..<classes where !found[label].isEmpty || !truth[label].isEmpty {
      let matching = DetectionMatching(found[label], truth[label])
      evidence[label].detections += matching.matched()
      evidence[label].expected &+= matching.expected
    }
    images += 1
  }

  /// The twelve figures by the names that COCO gives them, as fractions; −1 where there is no object
  /// that a figure is about.
  public var figures: [(name: String, value: Double)] {
    let sorted = evidence.map(\.sorted)
    let all = sorted.compactMap { $0.curves(area: 0) }
    let sizes = (1...3).map { area in sorted.compactMap { $0.curves(area: area) } }
    let few = [1, 10].map { limit in sorted.compactMap { $0.curves(area: 0, limit: limit) } }
    return [
      ("AP", Self.precision(all)), ("AP50", Self.precision(all.map { [$0[0]] })),
      ("AP75", Self.precision(all.map { [$0[5]] })), ("AP_small", Self.precision(sizes[0])),
      ("AP_medium", Self.precision(sizes[1])), ("AP_large", Self.precision(sizes[2])),
      ("AR_1", Self.recall(few[0])), ("AR_10", Self.recall(few[1])),
      ("AR_100", Self.recall(all)), ("AR_small", Self.recall(sizes[0])),
      ("AR_medium", Self.recall(sizes[1])), ("AR_large", Self.recall(sizes[2])),
    ]
  }

  /// The average precision of each class as a fraction, over all overlaps; nil for classes without
  /// an object to find.
  public var perClass: [Double?] {
    evidence.map { evidence in
      evidence.sorted.curves(area: 0).map { Self.precision([$0]) }
    }
  }

  private static func precision(_ curves: [[Summary]]) -> Double {
    mean(curves.joined().map(\.precision))
  }

  private static func recall(_ curves: [[Summary]]) -> Double {
    mean(curves.joined().map(\.recall))
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? -1 : values.reduce(0, +) / Double(values.count)
  }
}

extension DetectionMetrics {
  /// What is known of a class.
  private struct Evidence {
    var detections: [MatchedDetection] = []
    /// How many objects there are to find, by range of areas.
    var expected = SIMD4<Int>.zero

    /// The same with falling scores; equal ones keep their order.
    var sorted: Evidence {
      let order = detections.indices.sorted { a, b in
        (detections[b].score, a) < (detections[a].score, b)
      }
      return Evidence(detections: order.map { detections[$0] }, expected: expected)
    }

    /// One for each threshold of the overlap; nil where there is nothing to find.
    ///
    /// - Parameter limit: how many detections of each image count.
    func curves(area: Int, limit: Int = DetectionMatching.limit) -> [Summary]? {
      guard expected[area] > 0 else { return nil }
      let detections = detections.filter { $0.rank < limit }
      return DetectionMatching.thresholds.indices.map { index in
        let bit = 1 << UInt16(index) as UInt16
        let hits = detections.filter { $0.ignored[area] & bit == 0 }
          .map { $0.hits[area] & bit != 0 }
        let curve = PrecisionCurve(hits: hits, objects: expected[area])
        return Summary(
          precision: curve.meanPrecision(at: DetectionMatching.recalls),
          recall: curve.recalls.last ?? 0)
      }
    }
  }

  /// A curve of precision and recall in two numbers.
  private struct Summary {
    let precision, recall: Double
  }
}

/// Detections and objects of each class.
///
/// - Precondition: labels are classes.
func byClass(
  _ detections: [Detection], _ objects: [GroundTruth], classes: Int
) -> (detections: [[Detection]], objects: [[GroundTruth]]) {
  var found = [[Detection]](repeating: [], count: classes)
  var truth = [[GroundTruth]](repeating: [], count: classes)
  for detection in detections {
    precondition(
      (0..<classes).contains(detection.label), "label \(detection.label) of \(classes) classes")
    found[detection.label].append(detection)
  }
  for object in objects {
    precondition(
      (0..<classes).contains(object.label), "label \(object.label) of \(classes) classes")
    truth[object.label].append(object)
  }
  return (found, truth)
}
