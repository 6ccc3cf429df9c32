import EdgePlot
import EdgeTraining

/// Pictures of a run in its output folder, drawn anew after every epoch: `curves.png` of all epochs
/// in the log, and `confusion.png` of the last one.
struct TrainingPictures {
  private let folder, model: String
  private let classNames: [String]
  private var isGivenUp = false

  /// More classes than that are no picture any more.
  private static let classLimit = 100

  init(_ run: TrainingRun, folder: String) {
    self.folder = folder
    model = run.session.model.name
    classNames = run.classNames
  }

  /// A picture never ends a run: what goes wrong is told, and no other picture is tried.
  mutating func draw(_ summary: EpochSummary) {
    guard !isGivenUp else { return }
    do {
      let records = try RunLog.records(contentsOf: "\(folder)/log.jsonl")
      try PictureFile("\(folder)/curves.png").write(LineChart(records, title: model))
      if let chart = try confusion(summary) {
        try PictureFile("\(folder)/confusion.png").write(chart)
      }
    } catch {
      isGivenUp = true
      Console.note("warning: the run goes on without pictures: \(error)")
    }
  }

  private func confusion(_ summary: EpochSummary) throws(PlotError) -> ConfusionMatrixChart? {
    let metrics = (summary.averaged ?? summary.validation).metrics
    let range = classNames.indices
    guard range.count <= Self.classLimit, let confusion = metrics.confusion else { return nil }
    let name = summary.averaged == nil ? "top-1" : "top-1 EMA"
    let accuracy = metrics.top1.map { ", \(name) \(fixed($0, digits: 2)) %" } ?? ""
    return try ConfusionMatrixChart(
      title: "\(model), epoch \(summary.epoch + 1)\(accuracy)", classes: classNames,
      counts: range.flatMap { label in range.map { confusion[label, $0] } })
  }
}

extension LineChart {
  /// Loss, accuracy and learning rate by epoch.
  fileprivate init(_ records: [EpochRecord], title: String) {
    func series(_ name: String, _ value: (EpochRecord) -> Double?) -> [Series] {
      let points = records.map { Point(x: Double($0.epoch), y: value($0) ?? .nan) }
      return points.contains { $0.y.isFinite } ? [Series(name, points: points)] : []
    }
    let losses = series("training", \.trainLoss) + series("validation", \.loss)
    let accuracies =
      series("top-1", \.top1) + series("top-5", \.top5) + series("top-1 EMA", \.top1Average)
    self.init(
      title: title, xTitle: "epoch",
      panels: [
        Panel("loss", losses), Panel("accuracy in %", accuracies),
        Panel("learning rate", series("learning rate", \.learningRate)),
      ])
  }
}
