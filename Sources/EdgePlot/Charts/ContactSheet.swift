/// Pictures side by side with lines of text below: predictions and what they should be.
public struct ContactSheet: Chart {
  /// Whether a prediction was right: shown by a frame's color and by a sign.
  public enum Verdict: Sendable { case right, wrong }

  public struct Item: Sendable {
    public var picture: Bitmap
    /// Drawn to the right of the picture: what it should look like.
    public var companion: Bitmap?
    /// Cut where they are wider than the cell.
    public var lines: [String]
    public var verdict: Verdict?

    public init(
      _ picture: Bitmap, companion: Bitmap? = nil, lines: [String] = [], verdict: Verdict? = nil
    ) {
      self.picture = picture
      self.companion = companion
      self.lines = lines
      self.verdict = verdict
    }
  }

  public var title: String
  public var items: [Item]
  public let columns: Int
  /// The side of a picture's square, in points; pictures keep their proportions.
  public var side: Double
  /// Between pixels; false shows the pixels of small pictures as squares.
  public var isSmooth = true
  /// Classes whose colors are told below the pictures: names by number.
  public var legend: [Int: String] = [:]

  /// - Throws: ``PlotError/invalidColumns(_:)`` for less than one.
  public init(
    title: String = "", _ items: [Item], columns: Int = 6, side: Double = 120
  ) throws(PlotError) {
    guard columns >= 1 else { throw .invalidColumns(columns) }
    self.title = title
    self.items = items
    self.columns = columns
    self.side = side
  }

  public func size(ruler: borrowing Canvas) -> Size {
    let layout = layout
    let legend = maskLegend(layout, ruler: ruler)
    return Size(width: layout.size.width, height: layout.size.height + legend.height)
  }

  public func draw(on canvas: inout Canvas) {
    let layout = layout
    canvas.text(
      canvas.shortened(title, to: layout.size.width - 28, .title), at: Point(x: 14, y: 14), .title,
      anchor: TextAnchor(.left, .top))
    for (index, item) in items.enumerated() {
      draw(item, in: layout.cell(index), on: &canvas)
    }
    let legend = maskLegend(layout, ruler: canvas)
    legend.draw(top: layout.size.height - Self.legendTextSize, left: legendLeft, on: &canvas)
  }

  private static let legendTextSize = 11.0
  /// So that its colors begin where the pictures do.
  private var legendLeft: Double { ContactSheetLayout.margin - Self.legendTextSize / 2 }

  private func maskLegend(
    _ layout: ContactSheetLayout, ruler: borrowing Canvas
  ) -> MaskLegend {
    MaskLegend(
      names: legend, textSize: Self.legendTextSize, width: layout.size.width - 2 * legendLeft,
      ruler: ruler)
  }

  var layout: ContactSheetLayout {
    ContactSheetLayout(
      itemCount: items.count, columns: columns, side: side,
      lineCount: items.reduce(0) { max($0, $1.lines.count) }, hasTitle: !title.isEmpty,
      hasCompanions: items.contains { $0.companion != nil })
  }

  private func draw(_ item: Item, in cell: Rectangle, on canvas: inout Canvas) {
    draw(item.picture, x: cell.x, y: cell.y, on: &canvas)
    if let companion = item.companion {
      draw(companion, x: cell.right - side, y: cell.y, on: &canvas)
    }
    var room = cell.width
    if let verdict = item.verdict {
      canvas.frame(cell.inset(by: -1.5), width: 3, verdict.color)
      room -= 16
      canvas.text(
        verdict.sign, at: Point(x: cell.right, y: cell.bottom + 8),
        TextStyle(size: 11, weight: .bold, color: verdict.color),
        anchor: TextAnchor(.right, .top))
    }
    for (index, line) in item.lines.enumerated() {
      let style = TextStyle(size: 10.5, color: index == 0 ? .ink : .secondaryInk)
      let text = canvas.shortened(line, to: index == 0 ? room : cell.width, style)
      let y = cell.bottom + 8 + Double(index) * ContactSheetLayout.lineHeight
      canvas.text(text, at: Point(x: cell.x, y: y), style, anchor: TextAnchor(.left, .top))
    }
  }

  /// Fits a picture into its square.
  private func draw(_ picture: Bitmap, x: Double, y: Double, on canvas: inout Canvas) {
    let square = Rectangle(x: x, y: y, width: side, height: side)
    canvas.fill(square, .backdrop)
    canvas.image(
      picture, in: square.fitting(width: Double(picture.width), height: Double(picture.height)),
      smooth: isSmooth)
  }
}

extension ContactSheet.Verdict {
  fileprivate var color: Color {
    switch self {
    case .right: .right
    case .wrong: .wrong
    }
  }

  fileprivate var sign: String {
    switch self {
    case .right: "✓"
    case .wrong: "✗"
    }
  }
}

/// Where the pictures of a sheet go, in points.
struct ContactSheetLayout: Equatable {
  let columns: Int
  let cellWidth, side, top, rowHeight: Double
  let size: Size

  static let lineHeight = 14.0
  static let margin = 16.0
  private static let gap = 16.0
  /// Between a picture and its companion.
  private static let innerGap = 4.0

  init(
    itemCount: Int, columns: Int, side: Double, lineCount: Int, hasTitle: Bool,
    hasCompanions: Bool = false
  ) {
    self.columns = max(min(columns, itemCount), 1)
    self.side = side
    cellWidth = hasCompanions ? 2 * side + Self.innerGap : side
    top = hasTitle ? 46 : Self.margin
    let textHeight = lineCount > 0 ? 6 + Double(lineCount) * Self.lineHeight : 0
    rowHeight = side + textHeight + Self.gap
    let rows = (Double(itemCount) / Double(self.columns)).rounded(.up)
    size = Size(
      width: 2 * Self.margin + Double(self.columns) * (cellWidth + Self.gap) - Self.gap,
      height: top + rows * rowHeight)
  }

  /// Where a picture lies, with its companion.
  func cell(_ index: Int) -> Rectangle {
    Rectangle(
      x: Self.margin + Double(index % columns) * (cellWidth + Self.gap),
      y: top + Double(index / columns) * rowHeight, width: cellWidth, height: side)
  }
}
