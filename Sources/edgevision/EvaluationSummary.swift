import EdgeData
import EdgeTraining
import EdgeVision

/// What `eval` found.
struct EvaluationSummary: Encodable {
  struct ClassFigures: Encodable {
    let name: String
    let images: Int
    /// In percent; nil for classes without pictures.
    let top1: Double?
  }

  let top1, top5: Double
  /// Nil where it is not a finite number.
  let loss: Double?
  private let lossText: String
  let images: Int
  let imagesPerSecond: Double
  let perClass: [ClassFigures]

  enum CodingKeys: String, CodingKey {
    case top1, top5, loss, images
    case imagesPerSecond = "images_per_s"
    case perClass = "per_class"
  }

  init(_ report: Evaluator.Report, classNames: [String]) {
    let metrics = report.metrics
    top1 = metrics.top1 ?? 0
    top5 = metrics.top5 ?? 0
    loss = metrics.loss.flatMap { $0.isFinite ? $0 : nil }
    lossText = Evaluation.text(loss: metrics.loss)
    images = metrics.count
    imagesPerSecond = report.imagesPerSecond
    perClass =
      metrics.confusion.map { confusion in
        zip(classNames, confusion.accuracies).enumerated().map { label, pair in
          ClassFigures(name: pair.0, images: confusion.total(label: label), top1: pair.1)
        }
      } ?? []
  }

  /// - Parameter limit: more classes than these are told by the worst of them.
  func lines(classes limit: Int = .max) -> [String] {
    var table = Table([("class", .left), ("pictures", .right), ("top-1 %", .right)])
    var shown = perClass.filter { $0.images > 0 }
    let isCut = shown.count > limit
    if isCut { shown = Array(shown.sorted { ($0.top1 ?? 0) < ($1.top1 ?? 0) }.prefix(limit)) }
    for figures in shown {
      table.append([
        figures.name, String(figures.images),
        figures.top1.map { fixed($0, digits: 2) } ?? "",
      ])
    }
    return table.lines + (isCut ? ["the \(limit) worst of \(perClass.count) classes"] : []) + [
      "",
      "top-1 \(fixed(top1, digits: 2)) %, top-5 \(fixed(top5, digits: 2)) %, "
        + "\(lossText); \(images) pictures, "
        + "\(fixed(imagesPerSecond, digits: 0)) pictures/s",
    ]
  }
}
