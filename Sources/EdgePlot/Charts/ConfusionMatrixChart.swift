/// Which classes are taken for which: a square for each pair of a true class (row) and a predicted
/// one (column), darker with the share of the true class's samples. Any share above 0 is tinted.
///
/// Names stand at the sides up to about 110 classes, counts in the squares where all of them fit.
public struct ConfusionMatrixChart: Chart {
  public var title: String
  public let classes: [String]
  /// `[true class, predicted class]`, row by row.
  public let counts: [Int]

  /// - Throws: ``PlotError/invalidCounts(classes:found:negative:)`` where `counts` isn't a square
  ///   of `classes` or holds a negative number.
  public init(title: String = "", classes: [String], counts: [Int]) throws(PlotError) {
    let (expected, overflow) = classes.count.multipliedReportingOverflow(by: classes.count)
    let negative = counts.first { $0 < 0 }
    guard !overflow, !classes.isEmpty, counts.count == expected, negative == nil else {
      throw .invalidCounts(classes: classes.count, found: counts.count, negative: negative)
    }
    self.title = title
    self.classes = classes
    self.counts = counts
  }

  public func size(ruler: borrowing Canvas) -> Size { layout(ruler).size }

  public func draw(on canvas: inout Canvas) {
    let layout = layout(canvas)
    canvas.text(
      canvas.shortened(title, to: layout.size.width - 28, .title), at: Point(x: 14, y: 14), .title,
      anchor: TextAnchor(.left, .top))
    drawCells(layout, on: &canvas)
    if layout.showsNames { drawNames(layout, on: &canvas) }
    drawCounts(layout, on: &canvas)
    drawAxisTitles(layout, on: &canvas)
    drawColorScale(layout, on: &canvas)
  }

  /// Each count as a share of its row; 0 in rows without samples.
  var shares: [Double] {
    let n = classes.count
    return (0..<n).flatMap { row in
      let counts = counts[row * n..<(row + 1) * n].map(Double.init)
      let total = counts.reduce(0, +)
      return counts.map { total > 0 ? $0 / total : 0 }
    }
  }

  static func color(share: Double) -> Color {
    share > 0 ? .shade(0.08 + 0.92 * share) : .white
  }

  private static let nameLimit = 190.0

  private func layout(_ canvas: borrowing Canvas) -> ConfusionMatrixLayout {
    let cell = ConfusionMatrixLayout.cell(classCount: classes.count)
    let style = ConfusionMatrixLayout.nameStyle(cell: cell)
    let widest = cell < ConfusionMatrixLayout.smallestNamed ? 0 : canvas.widest(classes, style)
    return ConfusionMatrixLayout(
      classCount: classes.count, hasTitle: !title.isEmpty, nameWidth: min(widest, Self.nameLimit))
  }

  /// One pixel a class, enlarged.
  private func drawCells(_ layout: ConfusionMatrixLayout, on canvas: inout Canvas) {
    let pixels = shares.flatMap { Self.color(share: $0).bytes }
    let area = layout.matrix
    if let bitmap = try? Bitmap(width: classes.count, height: classes.count, pixels: pixels) {
      canvas.image(bitmap, in: area, smooth: layout.cell * canvas.scale < 1)
    }
    guard layout.cell >= 4 else { return canvas.frame(area, width: 1, .axis) }
    for line in 0...classes.count {
      let offset = Double(line) * layout.cell
      canvas.hairline(
        from: Point(x: area.x + offset, y: area.y),
        to: Point(x: area.x + offset, y: area.bottom), .grid)
      canvas.hairline(
        from: Point(x: area.x, y: area.y + offset),
        to: Point(x: area.right, y: area.y + offset), .grid)
    }
  }

  private func drawNames(_ layout: ConfusionMatrixLayout, on canvas: inout Canvas) {
    let (area, style) = (layout.matrix, layout.nameStyle)
    for (index, name) in classes.enumerated() {
      let text = canvas.shortened(name, to: Self.nameLimit, style)
      let middle = (Double(index) + 0.5) * layout.cell
      canvas.text(
        text, at: Point(x: area.x - 6, y: area.y + middle), style,
        anchor: TextAnchor(.right, .middle))
      let below = Point(x: area.x + middle, y: area.bottom + 6)
      if layout.turnsNames {
        canvas.text(text, at: below, style, anchor: TextAnchor(.right, .middle), angle: 90)
      } else {
        canvas.text(text, at: below, style, anchor: TextAnchor(.center, .top))
      }
    }
  }

  private func drawCounts(_ layout: ConfusionMatrixLayout, on canvas: inout Canvas) {
    let style = TextStyle(size: min(12, layout.cell * 0.4))
    let widest = canvas.width(of: "\(counts.max() ?? 0)", style)
    guard style.size >= 6, widest <= layout.cell - 4 else { return }
    let n = classes.count
    for (index, share) in shares.enumerated() where counts[index] > 0 {
      let place = Point(
        x: layout.matrix.x + (Double(index % n) + 0.5) * layout.cell,
        y: layout.matrix.y + (Double(index / n) + 0.5) * layout.cell)
      let color = Self.color(share: share).lightness < 0.6 ? Color.white : .ink
      canvas.text(
        "\(counts[index])", at: place, style.colored(color), anchor: TextAnchor(.center, .middle))
    }
  }

  private func drawAxisTitles(_ layout: ConfusionMatrixLayout, on canvas: inout Canvas) {
    let center = layout.matrix.center
    canvas.text(
      "predicted class", at: Point(x: center.x, y: layout.size.height - 14),
      .label.colored(.secondaryInk), anchor: TextAnchor(.center, .bottom))
    canvas.text(
      "true class", at: Point(x: 14, y: center.y), .label.colored(.secondaryInk),
      anchor: TextAnchor(.center, .top), angle: 90)
  }

  private func drawColorScale(_ layout: ConfusionMatrixLayout, on canvas: inout Canvas) {
    let area = layout.colorScale
    let pixels = (0..<256).flatMap { Self.color(share: 1 - Double($0) / 255).bytes }
    if let bitmap = try? Bitmap(width: 1, height: 256, pixels: pixels) {
      canvas.image(bitmap, in: area)
    }
    canvas.frame(area, width: 0.5, .axis)
    for share in [0, 25, 50, 75, 100] {
      canvas.text(
        "\(share) %",
        at: Point(x: area.right + 6, y: area.bottom - Double(share) / 100 * area.height),
        .tick, anchor: TextAnchor(.left, .middle))
    }
    canvas.text(
      "share of the true class", at: Point(x: layout.size.width - 14, y: area.center.y),
      .label.colored(.secondaryInk), anchor: TextAnchor(.center, .bottom), angle: 90)
  }
}
