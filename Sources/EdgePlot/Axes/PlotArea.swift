/// The rectangle that two axes span.
struct PlotArea {
  let area: Rectangle
  let x, y: Axis
  let xTicks, yTicks: Ticks

  /// - Parameter isWhole: the ticks of x are whole numbers.
  init(_ area: Rectangle, x: Axis, y: Axis, isWhole: Bool = false) {
    self.area = area
    self.x = x
    self.y = y
    xTicks = x.ticks(atMost: Self.count(area.width / 62), isWhole: isWhole)
    yTicks = Self.yTicks(y, height: area.height)
  }

  static func yTicks(_ y: Axis, height: Double) -> Ticks {
    y.ticks(atMost: count(height / 32))
  }

  private static func count(_ room: Double) -> Int { room >= 2 ? Int(min(room, 14)) : 2 }

  /// Where a pair of values stands on the canvas; nil if it can't be shown.
  func place(_ value: Point) -> Point? {
    guard let across = x.position(of: value.x), let up = y.position(of: value.y) else {
      return nil
    }
    return Point(x: area.x + across * area.width, y: area.bottom - up * area.height)
  }

  /// Grid, axes and the texts of the ticks; those of x only where asked for.
  func draw(on canvas: inout Canvas, labelsX: Bool) {
    for value in yTicks.values { drawLine(atY: value, on: &canvas) }
    for value in xTicks.values { drawLine(atX: value, on: &canvas) }
    canvas.hairline(
      from: Point(x: area.x, y: area.bottom), to: Point(x: area.right, y: area.bottom), .axis)
    for (value, label) in zip(yTicks.values, yTicks.labels) {
      let place = Point(x: area.x - 7, y: height(of: value))
      canvas.text(label, at: place, .tick, anchor: TextAnchor(.right, .middle))
    }
    guard labelsX else { return }
    for (value, label) in zip(xTicks.values, xTicks.labels) {
      let place = Point(x: column(of: value), y: area.bottom + 7)
      canvas.text(label, at: place, .tick, anchor: TextAnchor(.center, .top))
    }
  }

  private func height(of value: Double) -> Double {
    area.bottom - (y.position(of: value) ?? 0) * area.height
  }

  private func column(of value: Double) -> Double {
    area.x + (x.position(of: value) ?? 0) * area.width
  }

  private func drawLine(atY value: Double, on canvas: inout Canvas) {
    let y = height(of: value)
    canvas.hairline(from: Point(x: area.x, y: y), to: Point(x: area.right, y: y), .grid)
  }

  private func drawLine(atX value: Double, on canvas: inout Canvas) {
    let x = column(of: value)
    canvas.hairline(from: Point(x: x, y: area.y), to: Point(x: x, y: area.bottom), .grid)
  }
}
