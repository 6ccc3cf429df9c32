import EdgeBoxes

/// What became of a detection, for every range of areas and every threshold of the overlap.
struct MatchedDetection: Sendable {
  let score: Double
  /// How many detections of its image and class are better.
  let rank: Int
  /// By range of areas: a bit for each threshold, set where it found an object.
  var hits = SIMD4<UInt16>.zero
  /// Likewise: set where it is neither right nor wrong.
  var ignored = SIMD4<UInt16>.zero
}

/// COCO's matching of one class in one image: from the best score to the worst, each detection takes
/// the object that it overlaps most, among those that none has taken and before those that are
/// ignored (`evaluateImg` of pycocotools, `cocoeval.py`).
struct DetectionMatching {
  /// From 0.5 to 0.95, as `numpy.linspace` gives them.
  static let thresholds = evenly(from: 0.5, to: 0.95, count: 10)
  /// From 0 to 1, likewise.
  static let recalls = evenly(from: 0, to: 1, count: 101)
  /// In square pixels: all, small, medium, large.
  static let areas: [ClosedRange<Double>] = [0...1e10, 0...1024, 1024...9216, 9216...1e10]
  /// Only so many detections of an image and class count.
  static let limit = 100

  private let detections: [Detection]
  private let objects: [GroundTruth]
  /// A row of objects for each detection.
  private let overlaps: [Double]

  /// - Parameters:
  ///   - detections: of one class, in any order; equal scores keep theirs.
  ///   - objects: of that class.
  init(_ detections: [Detection], _ objects: [GroundTruth]) {
    let order = detections.indices.sorted { a, b in
      (detections[b].score, a) < (detections[a].score, b)
    }
    let best = order.prefix(Self.limit).map { detections[$0] }
    self.detections = best
    self.objects = objects
    overlaps = best.flatMap { detection in
      objects.map { Self.overlap(detection.box, $0) }
    }
  }

  private static func evenly(from first: Double, to last: Double, count: Int) -> [Double] {
    let step = (last - first) / Double(count - 1)
    return (0..<count - 1).map { Double($0) * step + first } + [last]
  }

  /// With crowds, the share of the detection that lies within.
  static func overlap(_ box: Box, _ object: GroundTruth) -> Double {
    guard object.isCrowd else { return box.overlap(with: object.box) }
    return (box.intersection(object.box)?.area ?? 0) / max(box.area, .leastNonzeroMagnitude)
  }

  /// How many objects there are to find, by range of areas.
  var expected: SIMD4<Int> {
    var counts = SIMD4<Int>.zero
    for (index, range) in Self.areas.enumerated() {
      counts[index] = objects.count { !Self.isIgnored($0, in: range) }
    }
    return counts
  }

  private static func isIgnored(_ object: GroundTruth, in range: ClosedRange<Double>) -> Bool {
    object.isCrowd || !range.contains(object.area)
  }

  /// The detections that count, from the best score to the worst.
  func matched() -> [MatchedDetection] {
    var results = detections.enumerated().map { rank, detection in
      MatchedDetection(score: detection.score, rank: rank)
    }
    for (area, range) in Self.areas.enumerated() {
      let ignored = objects.map { Self.isIgnored($0, in: range) }
      let order =
        objects.indices.filter { !ignored[$0] } + objects.indices.filter { ignored[$0] }
      let isOutside = detections.map { !range.contains($0.box.area) }
      for (bit, threshold) in Self.thresholds.enumerated() {
        let choices = choices(threshold, order: order, ignored: ignored)
        for (index, choice) in choices.enumerated() {
          if choice != nil { results[index].hits[area] |= 1 << UInt16(bit) }
          if choice.map({ ignored[$0] }) ?? isOutside[index] {
            results[index].ignored[area] |= 1 << UInt16(bit)
          }
        }
      }
    }
    return results
  }

  /// The object that each detection takes; nil for none.
  private func choices(_ threshold: Double, order: [Int], ignored: [Bool]) -> [Int?] {
    var taken = [Bool](repeating: false, count: objects.count)
    return detections.indices.map { detection in
      var choice: Int?
      var best = min(threshold, 1 - 1e-10)
      for object in order where !taken[object] || objects[object].isCrowd {
        if let choice, !ignored[choice], ignored[object] { break }
        let overlap = overlaps[detection * objects.count + object]
        guard overlap >= best else { continue }
        best = overlap
        choice = object
      }
      if let choice { taken[choice] = true }
      return choice
    }
  }
}
