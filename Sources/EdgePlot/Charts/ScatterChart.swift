/// Marks at pairs of values, with names beside them: accuracy against multiply-adds, for example.
public struct ScatterChart: Chart {
  public struct Mark: Sendable {
    public var x, y: Double
    /// Left out where there is no room for it.
    public var label: String

    public init(x: Double, y: Double, label: String = "") {
      self.x = x
      self.y = y
      self.label = label
    }
  }

  public struct Series: Sendable {
    /// Series of the same name look alike, and the legend has them once.
    public var name: String
    /// Those that an axis can't show are left out.
    public var marks: [Mark]
    /// Lines between the marks, in their order: the sizes of one network.
    public var isJoined: Bool

    public init(_ name: String, _ marks: [Mark], isJoined: Bool = false) {
      self.name = name
      self.marks = marks
      self.isJoined = isJoined
    }
  }

  public var title, xTitle, yTitle: String
  public var series: [Series]
  public var xScale, yScale: AxisScale
  /// In points.
  public var width, height: Double

  public init(
    title: String = "", xTitle: String = "", yTitle: String = "", series: [Series],
    xScale: AxisScale = .linear, yScale: AxisScale = .linear, width: Double = 720,
    height: Double = 460
  ) {
    self.title = title
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.series = series
    self.xScale = xScale
    self.yScale = yScale
    self.width = width
    self.height = height
  }

  public func size(ruler: borrowing Canvas) -> Size { Size(width: width, height: height) }

  public func draw(on canvas: inout Canvas) {
    let plot = plot(canvas)
    let (isDense, radius) = (isDense, radius)
    plot.draw(on: &canvas, labelsX: true)
    drawTitles(plot.area, on: &canvas)
    let styles = styles
    let placed = series.map { PlacedSeries($0, styles[$0.name], in: plot) }
    for one in placed where one.isJoined {
      canvas.polyline(one.marks.map(\.place), width: 1.5, dash: one.style.dash, one.style.color)
    }
    for one in placed {
      for mark in one.marks {
        if !isDense { canvas.disc(mark.place, radius: radius + 1, .white) }
        canvas.disc(mark.place, radius: radius, one.style.color)
      }
    }
    drawLabels(placed, radius, plot.area, on: &canvas)
  }

  private var isDense: Bool { series.reduce(0) { $0 + $1.marks.count } > 500 }
  private var radius: Double { isDense ? 2 : 4 }
  /// More labels than that are not placed.
  private static let labelLimit = 300

  private func plot(_ canvas: borrowing Canvas) -> PlotArea {
    let marks = series.flatMap(\.marks).filter { xScale.shows($0.x) && yScale.shows($0.y) }
    let x = Axis(fitting: marks.lazy.map(\.x), scale: xScale, padding: 0.06)
    let y = Axis(fitting: marks.lazy.map(\.y), scale: yScale, padding: 0.08)
    let rows = Double(legendRows(canvas).rows.count)
    let top = (title.isEmpty ? 12.0 : 42) + (rows > 0 ? 7 : 4) + rows * Legend.rowHeight
    let bottom = xTitle.isEmpty ? 32.0 : 52
    let plotHeight = max(height - top - bottom, 1)
    let ticks = canvas.widest(PlotArea.yTicks(y, height: plotHeight).labels, .tick)
    let left = (yTitle.isEmpty ? 14.0 : 34) + ticks + 7
    let area = Rectangle(x: left, y: top, width: max(width - left - 20, 1), height: plotHeight)
    return PlotArea(area, x: x, y: y)
  }

  private var styles: [String: SeriesStyle] { SeriesStyle.styles(of: series.map(\.name)) }

  private var legend: Legend {
    var seen: Set<String> = []
    let names = series.map(\.name).filter { !$0.isEmpty && seen.insert($0).inserted }
    return Legend(names: names, styles, showsDiscs: true)
  }

  private func legendRows(_ canvas: borrowing Canvas) -> (rows: [Range<Int>], omitted: Int) {
    legend.rows(width: max(width - 34, 1), rowLimit: 2, canvas)
  }

  private func drawTitles(_ area: Rectangle, on canvas: inout Canvas) {
    let style = TextStyle.label.colored(.secondaryInk)
    canvas.text(
      canvas.shortened(title, to: area.width, .title), at: Point(x: area.x, y: 14), .title,
      anchor: TextAnchor(.left, .top))
    canvas.text(
      xTitle, at: Point(x: area.center.x, y: area.bottom + 28), style,
      anchor: TextAnchor(.center, .top))
    canvas.text(
      yTitle, at: Point(x: 14, y: area.center.y), style, anchor: TextAnchor(.center, .top),
      angle: 90)
    let (rows, omitted) = legendRows(canvas)
    let y = area.y + 3 - Double(rows.count) * Legend.rowHeight
    legend.draw(rows, omitted: omitted, right: area.right, y: y, on: &canvas)
  }

  private func drawLabels(
    _ placed: [PlacedSeries], _ radius: Double, _ area: Rectangle, on canvas: inout Canvas
  ) {
    let style = TextStyle(size: 10.5, color: .ink)
    var placement = LabelPlacement(
      bounds: area.inset(by: 2),
      marks: placed.flatMap(\.marks).map { Rectangle(around: $0.place, radius: radius + 1) },
      lines: placed.filter(\.isJoined).flatMap {
        Rectangle.along($0.marks.prefix(2000).map(\.place))
      })
    let labelled = placed.flatMap { one in
      one.marks.filter { !$0.label.isEmpty }.map { (mark: $0, color: one.style.color) }
    }
    for (mark, color) in labelled.prefix(Self.labelLimit) {
      let text = canvas.shortened(mark.label, to: area.width / 3, style)
      let size = Size(width: canvas.width(of: text, style) + 4, height: style.size * 1.1)
      guard let label = placement.place(size, at: mark.place, radius: radius) else {
        continue
      }
      if let end = label.leaderEnd { canvas.line(from: mark.place, to: end, color) }
      canvas.fill(label.area, Color(0xFFFFFF, alpha: 0.75))
      canvas.text(
        text, at: Point(x: label.area.x + 2, y: label.area.center.y), style,
        anchor: TextAnchor(.left, .middle))
    }
  }
}

/// A series as it is drawn.
private struct PlacedSeries {
  let style: SeriesStyle
  let marks: [(place: Point, label: String)]
  let isJoined: Bool

  init(_ series: ScatterChart.Series, _ style: SeriesStyle?, in plot: PlotArea) {
    self.style = style ?? SeriesStyle(index: 0)
    isJoined = series.isJoined
    marks = series.marks.compactMap { mark in
      plot.place(Point(x: mark.x, y: mark.y)).map { (place: $0, label: mark.label) }
    }
  }
}
