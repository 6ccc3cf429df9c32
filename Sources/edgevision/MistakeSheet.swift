import EdgeData
import EdgePlot
import EdgeTraining

extension ContactSheet {
  /// Pictures with their classes, and what they were taken for instead.
  init(_ mistakes: [Evaluator.Mistake], in dataset: some ImageDataset) throws {
    let items = try mistakes.map { mistake in
      let name = dataset.name(at: mistake.index)
      let image = try dataset.content(at: mistake.index).picture(name: name)
      return Item(
        try Bitmap(image),
        lines: [
          dataset.classNames[mistake.label], "→ \(dataset.classNames[mistake.predicted])",
          "score \(fixed(mistake.score, digits: 4))",
        ], verdict: .wrong)
    }
    try self.init(
      pictures: items, title: items.isEmpty ? "No mistakes" : "Worst mistakes", columns: 6)
  }
}
