extension LineChart {
  public func draw(on canvas: inout Canvas) {
    let xAxis = xAxis
    let layout = layout(canvas)
    let left = layout.titlePlace.x
    canvas.text(
      canvas.shortened(title, to: width - left - 14, .title), at: layout.titlePlace, .title,
      anchor: TextAnchor(.left, .top))
    let styles = SeriesStyle.styles(of: panels.lazy.flatMap(\.series).map(\.name))
    for (panel, area) in zip(panels, layout.panels) {
      let head = PanelHead(panel, styles, width: area.width, canvas)
      head.draw(in: area, on: &canvas)
      let plot = PlotArea(
        LineChartLayout.plotArea(of: area, headRows: head.rows.count), x: xAxis.axis,
        y: panel.axis, isWhole: xAxis.isWhole)
      plot.draw(on: &canvas, labelsX: area == layout.panels.last)
      let series = panel.series.map { StyledSeries($0, styles[$0.name], in: plot) }
      drawLines(series, plot, on: &canvas)
      if showsLastValues { drawLastValues(series, plot.area, on: &canvas) }
    }
    canvas.text(
      xTitle, at: layout.xTitlePlace, .label.colored(.secondaryInk),
      anchor: TextAnchor(.center, .top))
  }

  private static let valueStyle = TextStyle(size: 10.5, weight: .bold)

  private func layout(_ canvas: borrowing Canvas) -> LineChartLayout {
    let height = panelHeight - LineChartLayout.headHeight
    let ticks = panels.flatMap { PlotArea.yTicks($0.axis, height: height).labels }
    return LineChartLayout(
      self, leftWidth: canvas.widest(ticks, .tick),
      rightWidth: showsLastValues ? canvas.widest(lastValueTexts, Self.valueStyle) : 0)
  }

  private var lastValueTexts: [String] {
    panels.flatMap { panel in
      panel.series.compactMap { series in
        series.points.last { panel.scale.shows($0.y) && $0.x.isFinite }
          .map { NumberText.significant($0.y) }
      }
    }
  }

  private func drawLines(_ series: [StyledSeries], _ plot: PlotArea, on canvas: inout Canvas) {
    if series.allSatisfy(\.runs.isEmpty) {
      canvas.text(
        "no values", at: plot.area.center, .label.colored(.secondaryInk),
        anchor: TextAnchor(.center, .middle))
    }
    canvas.clipped(to: plot.area.inset(by: -4)) { canvas in
      for one in series {
        let isDense = Double(one.runs.reduce(0) { $0 + $1.count }) > plot.area.width
        for run in one.runs {
          canvas.polyline(run, width: isDense ? 1 : 1.8, dash: one.style.dash, one.style.color)
          if run.count == 1 { canvas.disc(run[0], radius: 2, one.style.color) }
        }
        if let last = one.lastPlace { canvas.disc(last, radius: 3, one.style.color) }
      }
    }
  }

  private func drawLastValues(
    _ series: [StyledSeries], _ area: Rectangle, on canvas: inout Canvas
  ) {
    let labelled = series.compactMap { one in
      one.lastPlace.map { (style: one.style, text: one.lastText, y: $0.y) }
    }.filter { $0.y >= area.y - 1 && $0.y <= area.bottom + 1 }
    guard area.y <= area.bottom,
      let places = spread(
        labelled.map(\.y), distance: Self.valueStyle.lineHeight, in: area.y...area.bottom)
    else { return }
    for (label, y) in zip(labelled, places) {
      canvas.text(
        label.text, at: Point(x: area.right + 9, y: y),
        Self.valueStyle.colored(label.style.color.mixed(with: .black, share: 0.15)),
        anchor: TextAnchor(.left, .middle))
    }
  }
}

/// The title of a panel and the legend to its right.
private struct PanelHead {
  let title: String
  let legend: Legend
  let rows: [Range<Int>]
  let omitted: Int

  init(
    _ panel: LineChart.Panel, _ styles: [String: SeriesStyle], width: Double,
    _ canvas: borrowing Canvas
  ) {
    title = canvas.shortened(panel.title, to: width, .heading)
    let named = panel.needsLegend ? panel.series : []
    legend = Legend(names: named.map(\.name), styles, showsDiscs: false)
    let room = width - canvas.width(of: title, .heading) - 24
    (rows, omitted) = legend.rows(width: room, rowLimit: 3, canvas)
  }

  func draw(in panel: Rectangle, on canvas: inout Canvas) {
    let middle = panel.y + 15
    canvas.text(
      title, at: Point(x: panel.x, y: middle), .heading, anchor: TextAnchor(.left, .middle))
    legend.draw(rows, omitted: omitted, right: panel.right, y: middle, on: &canvas)
  }
}

/// A series as it is drawn.
private struct StyledSeries {
  let style: SeriesStyle
  let runs: [[Point]]
  let lastText: String

  var lastPlace: Point? { runs.last?.last }

  init(_ series: LineChart.Series, _ style: SeriesStyle?, in plot: PlotArea) {
    self.style = style ?? SeriesStyle(index: 0)
    runs = LinePath.runs(of: series.points, in: plot)
    let last = series.points.last { plot.place($0) != nil }
    lastText = last.map { NumberText.significant($0.y) } ?? ""
  }
}
