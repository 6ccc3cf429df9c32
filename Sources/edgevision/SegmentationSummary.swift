import EdgeTraining

/// What `eval` found of a segmentation network. All figures but the loss are in percent.
struct SegmentationSummary: Encodable {
  private struct ClassFigures: Encodable {
    let name: String
    let pixels: Int
    /// Intersection over union, and the share of the class's pixels that were taken for it.
    let iou, accuracy: Double?
  }

  private let miou, pixelAccuracy: Double?
  /// Nil where it is not a finite number.
  private let loss: Double?
  private let lossText: String
  private let images: Int
  private let imagesPerSecond: Double
  private let perClass: [ClassFigures]

  private enum CodingKeys: String, CodingKey {
    case miou, loss, images
    case pixelAccuracy = "pixel_accuracy"
    case imagesPerSecond = "images_per_s"
    case perClass = "per_class"
  }

  init(_ report: SegmentationEvaluator.Report, classNames: [String]) {
    let (confusion, iou) = (report.metrics.confusion, report.metrics.iou)
    miou = report.meanIoU
    pixelAccuracy = report.pixelAccuracy
    loss = report.loss.flatMap { $0.isFinite ? $0 : nil }
    lossText = Evaluation.text(loss: report.loss)
    images = report.count
    imagesPerSecond = report.imagesPerSecond
    let accuracies = confusion.accuracies
    perClass = classNames.indices.map { label in
      ClassFigures(
        name: classNames[label], pixels: confusion.total(label: label),
        iou: iou[label].map { 100 * $0 }, accuracy: accuracies[label])
    }
  }

  /// - Parameter limit: more classes than these are told by the worst of them.
  func lines(classes limit: Int = .max) -> [String] {
    var table = Table([
      ("class", .left), ("pixels", .right), ("IoU %", .right), ("accuracy %", .right),
    ])
    var shown = perClass.filter { $0.iou != nil }
    let isCut = shown.count > limit
    if isCut { shown = Array(shown.sorted { ($0.iou ?? 0) < ($1.iou ?? 0) }.prefix(limit)) }
    for figures in shown {
      table.append([
        figures.name, String(figures.pixels), Self.text(figures.iou), Self.text(figures.accuracy),
      ])
    }
    return table.lines + (isCut ? ["the \(limit) worst of \(perClass.count) classes"] : []) + [
      "",
      "mIoU \(Self.text(miou)) %, pixel accuracy \(Self.text(pixelAccuracy)) %, "
        + "\(lossText); \(images) pictures, \(fixed(imagesPerSecond, digits: 1)) pictures/s",
    ]
  }

  private static func text(_ value: Double?) -> String {
    value.map { fixed($0, digits: 2) } ?? "-"
  }
}
