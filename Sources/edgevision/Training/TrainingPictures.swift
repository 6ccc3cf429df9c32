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
    let evaluation = summary.averaged ?? summary.validation
    guard classNames.count <= Self.classLimit, let confusion = evaluation.confusion else {
      return nil
    }
    let name = evaluation.principal.title + (summary.averaged == nil ? "" : " EMA")
    let score = fixed(evaluation.score, digits: evaluation.principal.digits)
    return try ConfusionMatrixChart(
      confusion, classNames: classNames,
      title: "\(model), epoch \(summary.epoch + 1), \(name) \(score) %")
  }
}

extension ConfusionMatrixChart {
  /// - Precondition: there are as many names as classes.
  init(
    _ confusion: ConfusionMatrix, classNames: [String], title: String
  ) throws(PlotError) {
    let range = classNames.indices
    try self.init(
      title: title, classes: classNames,
      counts: range.flatMap { label in range.map { confusion[label, $0] } })
  }
}

extension LineChart {
  /// Loss, the other figures and the learning rate by epoch.
  fileprivate init(_ records: [EpochRecord], title: String) {
    func series(_ name: String, _ value: (EpochRecord) -> Double?) -> [Series] {
      let points = records.map { Point(x: Double($0.epoch), y: value($0) ?? .nan) }
      return points.contains { $0.y.isFinite } ? [Series(name, points: points)] : []
    }
    let losses = series("training", \.trainLoss) + series("validation") { $0[.loss] }
    let kinds = Figure.allCases.filter(\.isPercentage)
    let figures =
      kinds.flatMap { figure in series(figure.title) { $0[figure] } }
      + kinds.flatMap { figure in
        series("\(figure.title) EMA") { $0[figure, isAverage: true] }
      }
    let isAccuracy = records.contains { $0[.top1] != nil }
    self.init(
      title: title, xTitle: "epoch",
      panels: [
        Panel("loss", losses),
        Panel(isAccuracy ? "accuracy in %" : "validation in %", figures),
        Panel("learning rate", series("learning rate", \.learningRate)),
      ])
  }
}
