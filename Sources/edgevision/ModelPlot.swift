import EdgeModels
import EdgePlot
import EdgeRuntime

extension ChartRow {
  /// The published score over multiply-adds and over measured time, a color for each backbone's family.
  ///
  /// - Parameter entries: in the registry's order; the lines follow from it.
  init(_ entries: [ModelEntry], _ options: RuntimeOptions) {
    let threads = "\(options.threads) thread\(options.threads == 1 ? "" : "s")"
    self.init([
      Self.chart(entries, x: "multiply-adds in millions") { Double($0.madds) / 1e6 },
      Self.chart(entries, x: "milliseconds for one image, \(threads), \(options.isa.rawValue)") {
        $0.medianMilliseconds ?? .nan
      },
    ])
  }

  private static func chart(
    _ entries: [ModelEntry], x title: String, _ cost: (ModelEntry) -> Double
  ) -> ScatterChart {
    ScatterChart(
      xTitle: title, yTitle: "published \((entries.first?.task ?? .classification).figure) in %",
      series: series(entries.comparable, cost), xScale: .logarithmic, width: 760, height: 520)
  }

  /// A series for the sizes of each kind of network: the registry has them from small to large, so
  /// the next kind of a family begins where the cost doesn't grow.
  private static func series(
    _ entries: [ModelEntry], _ cost: (ModelEntry) -> Double
  ) -> [ScatterChart.Series] {
    var series: [ScatterChart.Series] = []
    var last: ModelEntry?
    for entry in entries {
      guard let score = entry.score else { continue }
      let mark = ScatterChart.Mark(x: cost(entry), y: score, label: entry.name)
      if let last, last.kind == entry.kind, last.madds < entry.madds {
        series[series.count - 1].marks.append(mark)
      } else {
        series.append(ScatterChart.Series(entry.kind, [mark], isJoined: true))
      }
      last = entry
    }
    return series
  }
}

extension NetworkTask {
  /// What the score of its networks is.
  fileprivate var figure: String {
    switch self {
    case .classification: "top-1 on ImageNet-1k"
    case .detection: "mAP on COCO"
    case .segmentation: "mean IoU on Pascal VOC"
    }
  }
}
