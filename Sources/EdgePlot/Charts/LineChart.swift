/// Curves over a common x, such as loss, accuracy and learning rate by epoch: panels one above the
/// other, each with series of its own. A name has the same color in all panels.
public struct LineChart: Chart {
  /// Values that aren't finite (or that a logarithmic axis can't show) leave gaps.
  public struct Series: Sendable {
    public var name: String
    /// In the order in which they are joined.
    public var points: [Point]

    public init(_ name: String, points: [Point]) {
      self.name = name
      self.points = points
    }

    /// Values at x = `start`, `start` + 1 and so on.
    public init(_ name: String, values: [Double], start: Int = 1) {
      self.name = name
      points = values.enumerated().map { Point(x: Double(start) + Double($0), y: $1) }
    }
  }

  public struct Panel: Sendable {
    public var title: String
    public var series: [Series]
    public var scale: AxisScale
    /// What the axis shows; nil, or a range that can't be shown: all values.
    public var range: ClosedRange<Double>?

    public init(
      _ title: String, _ series: [Series], scale: AxisScale = .linear,
      range: ClosedRange<Double>? = nil
    ) {
      self.title = title
      self.series = series
      self.scale = scale
      self.range = range
    }
  }

  public var title: String
  public var xTitle: String
  public var panels: [Panel]
  /// In points; the height is that of the panels and what is around them.
  public var width, panelHeight: Double
  /// Writes the last value of each series beside it.
  public var showsLastValues = true

  public init(
    title: String = "", xTitle: String = "", panels: [Panel], width: Double = 720,
    panelHeight: Double = 200
  ) {
    self.title = title
    self.xTitle = xTitle
    self.panels = panels
    self.width = width
    self.panelHeight = panelHeight
  }

  public func size(ruler: borrowing Canvas) -> Size {
    LineChartLayout(self, leftWidth: 0, rightWidth: 0).size
  }

  /// The x axis that all panels share, and whether its values are whole numbers.
  var xAxis: (axis: Axis, isWhole: Bool) {
    let values = panels.lazy.flatMap(\.series).flatMap(\.points).filter { $0.y.isFinite }.map(\.x)
    let isWhole = values.allSatisfy { $0 == $0.rounded() || !$0.isFinite }
    return (Axis(fitting: values, scale: .linear, padding: 0.01), isWhole)
  }
}

extension LineChart.Panel {
  var axis: Axis {
    if let range, let axis = Axis(range, scale: scale) { return axis }
    return Axis(
      fitting: series.lazy.flatMap(\.points).map(\.y), scale: scale, padding: 0.06)
  }

  /// One series that bears the panel's name needs no legend.
  var needsLegend: Bool {
    series.count > 1 || series.contains { !$0.name.isEmpty && $0.name != title }
  }
}

/// Where the parts of a line chart go, in points.
struct LineChartLayout: Equatable {
  let size: Size
  let titlePlace, xTitlePlace: Point
  /// The panels; at the top of each is a row for its title and legend.
  let panels: [Rectangle]

  /// - Parameters:
  ///   - leftWidth: of the widest text of a y tick.
  ///   - rightWidth: of the widest last value.
  init(_ chart: LineChart, leftWidth: Double, rightWidth: Double) {
    let left = 14 + leftWidth + 7
    let right = 16 + (rightWidth > 0 ? rightWidth + 8 : 6)
    let width = max(chart.width - left - right, 1)
    let top = chart.title.isEmpty ? 8.0 : 40
    let height = chart.panelHeight
    panels = chart.panels.indices.map { index in
      Rectangle(x: left, y: top + Double(index) * height, width: width, height: height - 10)
    }
    let bottom = top + Double(panels.count) * height - 10
    titlePlace = Point(x: left, y: 14)
    xTitlePlace = Point(x: left + width / 2, y: bottom + 26)
    size = Size(width: chart.width, height: bottom + (chart.xTitle.isEmpty ? 32 : 50))
  }

  /// The part of a panel below its head, which has a row or more.
  static func plotArea(of panel: Rectangle, headRows: Int) -> Rectangle {
    let head = headHeight + Double(max(headRows, 1) - 1) * Legend.rowHeight
    return Rectangle(
      x: panel.x, y: panel.y + head, width: panel.width, height: max(panel.height - head, 1))
  }

  static let headHeight = 28.0
}
