/// What a network was judged to be on a validation set.
package enum Evaluation: Sendable {
  case classification(Evaluator.Report)
  case detection(DetectionEvaluator.Report)
  case segmentation(SegmentationEvaluator.Report)

  /// In the order of the log; nil where it isn't known.
  package var figures: [(figure: Figure, value: Double?)] {
    switch self {
    case .classification(let report):
      let metrics = report.metrics
      return [(.top1, metrics.top1), (.top5, metrics.top5), (.loss, metrics.loss)]
    case .detection(let report):
      return [
        (.ap, report["ap"]), (.ap50, report["ap50"]), (.ap75, report["ap75"]),
        (.loss, report.loss),
      ]
    case .segmentation(let report):
      return [
        (.miou, report.meanIoU), (.pixelAccuracy, report.pixelAccuracy), (.loss, report.loss),
      ]
    }
  }

  /// The figure that the best epoch is chosen by.
  package var principal: Figure {
    switch self {
    case .classification: .top1
    case .detection: .ap
    case .segmentation: .miou
    }
  }

  /// The value of the principal figure; 0 where it isn't known.
  package var score: Double {
    figures.first { $0.figure == principal }.flatMap(\.value) ?? 0
  }

  /// Which classes were taken for which: pictures or pixels. Nil where they can't be counted.
  package var confusion: ConfusionMatrix? {
    switch self {
    case .classification(let report): report.metrics.confusion
    case .detection: nil
    case .segmentation(let report): report.metrics.confusion
    }
  }
}
