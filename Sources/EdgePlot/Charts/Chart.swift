/// A picture that draws itself.
public protocol Chart: Sendable {
  /// How much room it takes. `ruler` is any canvas, for measuring texts.
  func size(ruler: borrowing Canvas) -> Size

  /// Draws on a canvas of that size.
  func draw(on canvas: inout Canvas)
}

extension Chart {
  /// The chart as a PNG file.
  ///
  /// - Parameter scale: pixels a point, 0.25 to 8; 2 is sharp on today's screens.
  public func png(scale: Double = 2) throws(PlotError) -> [UInt8] {
    try encoded(.png, scale: scale)
  }

  /// The chart as an SVG file.
  public func svg() throws(PlotError) -> [UInt8] { try encoded(.svg, scale: 1) }

  private func encoded(_ format: Canvas.Format, scale: Double) throws(PlotError) -> [UInt8] {
    let size = size(ruler: try Canvas(width: 1, height: 1))
    var canvas = try Canvas(
      width: size.width, height: size.height, scale: scale, format: format)
    draw(on: &canvas)
    return try canvas.encoded()
  }
}
