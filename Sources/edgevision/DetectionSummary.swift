import EdgeTraining

/// What `eval` found of a detection network. All figures but the loss are in percent.
struct DetectionSummary: Encodable {
  private struct ClassFigures: Encodable {
    let name: String
    let objects: Int
    let ap, ap50: Double?
  }

  private let figures: [(name: String, value: Double?)]
  private let vocAP50, vocAP50OfElevenPoints, loss: Double?
  private let images: Int
  private let imagesPerSecond: Double
  private let perClass: [ClassFigures]

  init(_ report: DetectionEvaluator.Report, classNames: [String]) {
    figures = report.figures
    vocAP50 = report.vocAP50
    vocAP50OfElevenPoints = report.vocAP50OfElevenPoints
    loss = report.loss
    images = report.count
    imagesPerSecond = report.imagesPerSecond
    perClass = zip(classNames, report.classes).map { name, figures in
      ClassFigures(name: name, objects: figures.objects, ap: figures.ap, ap50: figures.ap50)
    }
  }

  /// COCO's figures under their names and the loss, null where there is nothing to measure.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: FigureKey.self)
    for figure in figures { try container.encode(figure.value, forKey: FigureKey(figure.name)) }
    try container.encode(vocAP50, forKey: FigureKey("voc_ap50"))
    try container.encode(vocAP50OfElevenPoints, forKey: FigureKey("voc07_ap50"))
    try container.encode(loss.flatMap { $0.isFinite ? $0 : nil }, forKey: FigureKey("loss"))
    try container.encode(images, forKey: FigureKey("images"))
    try container.encode(imagesPerSecond, forKey: FigureKey("images_per_s"))
    try container.encode(perClass, forKey: FigureKey("per_class"))
  }

  /// - Parameter limit: more classes than these are told by the worst of them.
  func lines(classes limit: Int = .max) -> [String] {
    var table = Table([
      ("class", .left), ("objects", .right), ("AP %", .right), ("AP50 %", .right),
    ])
    var shown = perClass.filter { $0.objects > 0 }
    let isCut = shown.count > limit
    if isCut { shown = Array(shown.sorted { ($0.ap ?? 0) < ($1.ap ?? 0) }.prefix(limit)) }
    for figures in shown {
      table.append([
        figures.name, String(figures.objects), Self.text(figures.ap), Self.text(figures.ap50),
      ])
    }
    var lines = table.lines
    if isCut { lines.append("the \(limit) worst of \(perClass.count) classes") }
    lines.append("")
    lines += figureLines
    lines.append(
      "AP50 by PASCAL VOC \(Self.text(vocAP50)) %, of eleven points as in 2007 "
        + "\(Self.text(vocAP50OfElevenPoints)) %, \(Evaluation.text(loss: loss)); "
        + "\(images) pictures, \(fixed(imagesPerSecond, digits: 0)) pictures/s")
    return lines
  }

  /// COCO's twelve figures: precisions by overlap and by size, recalls by limit and by size.
  private var figureLines: [String] {
    let texts = figures.map { "\(Self.title($0.name)) \(Self.text($0.value)) %" }
    return stride(from: 0, to: texts.count, by: 3).map { start in
      texts[start..<min(start + 3, texts.count)].joined(separator: ", ")
    }
  }

  /// `ar_small` as `AR small`.
  private static func title(_ name: String) -> String {
    let parts = name.split(separator: "_", maxSplits: 1)
    return ([parts[0].uppercased()] + parts.dropFirst().map(String.init)).joined(separator: " ")
  }

  private static func text(_ value: Double?) -> String {
    value.map { fixed($0, digits: 2) } ?? "-"
  }
}

/// The name of a figure as a key of JSON.
struct FigureKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}
