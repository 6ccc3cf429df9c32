/// Charts side by side, their tops in line.
public struct ChartRow: Chart {
  public var charts: [any Chart]

  public init(_ charts: [any Chart]) { self.charts = charts }

  public func size(ruler: borrowing Canvas) -> Size {
    var size = Size(width: 0, height: 0)
    for chart in charts {
      let one = chart.size(ruler: ruler)
      size = Size(width: size.width + one.width, height: max(size.height, one.height))
    }
    return size
  }

  public func draw(on canvas: inout Canvas) {
    var x = 0.0
    for chart in charts {
      let size = chart.size(ruler: canvas)
      let area = Rectangle(x: x, y: 0, width: size.width, height: size.height)
      canvas.moved(to: area) { chart.draw(on: &$0) }
      x += size.width
    }
  }
}
