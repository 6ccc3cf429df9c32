import EdgeTraining

extension Evaluation {
  /// What people are told.
  ///
  /// - Parameter limit: more classes than these are told by the worst of them.
  func lines(classNames: [String], classes limit: Int = .max) -> [String] {
    switch self {
    case .classification(let report):
      EvaluationSummary(report, classNames: classNames).lines(classes: limit)
    case .detection(let report):
      DetectionSummary(report, classNames: classNames).lines(classes: limit)
    case .segmentation(let report):
      SegmentationSummary(report, classNames: classNames).lines(classes: limit)
    }
  }

  /// What people are told of a loss: nil is that of no picture, object or pixel.
  static func text(loss: Double?) -> String {
    guard let loss else { return "loss -" }
    return "loss " + (loss.isFinite ? fixed(loss, digits: 4) : "not finite")
  }

  /// Writes one line of JSON for scripts.
  func writeJSON(classNames: [String]) throws {
    switch self {
    case .classification(let report):
      try Console.json(EvaluationSummary(report, classNames: classNames))
    case .detection(let report):
      try Console.json(DetectionSummary(report, classNames: classNames))
    case .segmentation(let report):
      try Console.json(SegmentationSummary(report, classNames: classNames))
    }
  }
}
