/// Pictures side by side with lines of text below: predictions and what they should be.
public struct ContactSheet: Chart {
  /// Whether a prediction was right: shown by a frame's color and by a sign.
  public enum Verdict: Sendable { case right, wrong }

  public struct Item: Sendable {
    public var picture: Bitmap
    /// Cut where they are wider than the picture's square.
    public var lines: [String]
    public var verdict: Verdict?

    public init(_ picture: Bitmap, lines: [String] = [], verdict: Verdict? = nil) {
      self.picture = picture
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

  public func size(ruler: borrowing Canvas) -> Size { layout.size }

  public func draw(on canvas: inout Canvas) {
    let layout = layout
    canvas.text(
      canvas.shortened(title, to: layout.size.width - 28, .title), at: Point(x: 14, y: 14), .title,
      anchor: TextAnchor(.left, .top))
    for (index, item) in items.enumerated() {
      draw(item, in: layout.square(index), on: &canvas)
    }
  }

  var layout: ContactSheetLayout {
    ContactSheetLayout(
      itemCount: items.count, columns: columns, side: side,
      lineCount: items.reduce(0) { max($0, $1.lines.count) }, hasTitle: !title.isEmpty)
  }

  private func draw(_ item: Item, in square: Rectangle, on canvas: inout Canvas) {
    let area = square.fitting(
      width: Double(item.picture.width), height: Double(item.picture.height))
    canvas.fill(square, .backdrop)
    canvas.image(item.picture, in: area, smooth: isSmooth)
    var room = square.width
    if let verdict = item.verdict {
      canvas.frame(square.inset(by: -1.5), width: 3, verdict.color)
      room -= 16
      canvas.text(
        verdict.sign, at: Point(x: square.right, y: square.bottom + 8),
        TextStyle(size: 11, weight: .bold, color: verdict.color),
        anchor: TextAnchor(.right, .top))
    }
    for (index, line) in item.lines.enumerated() {
      let style = TextStyle(size: 10.5, color: index == 0 ? .ink : .secondaryInk)
      let text = canvas.shortened(line, to: index == 0 ? room : square.width, style)
      let y = square.bottom + 8 + Double(index) * ContactSheetLayout.lineHeight
      canvas.text(text, at: Point(x: square.x, y: y), style, anchor: TextAnchor(.left, .top))
    }
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
  let side, top, rowHeight: Double
  let size: Size

  static let lineHeight = 14.0
  private static let margin = 16.0
  private static let gap = 16.0

  init(itemCount: Int, columns: Int, side: Double, lineCount: Int, hasTitle: Bool) {
    self.columns = max(min(columns, itemCount), 1)
    self.side = side
    top = hasTitle ? 46 : Self.margin
    let textHeight = lineCount > 0 ? 6 + Double(lineCount) * Self.lineHeight : 0
    rowHeight = side + textHeight + Self.gap
    let rows = (Double(itemCount) / Double(self.columns)).rounded(.up)
    size = Size(
      width: 2 * Self.margin + Double(self.columns) * (side + Self.gap) - Self.gap,
      height: top + rows * rowHeight)
  }

  /// The square of a picture.
  func square(_ index: Int) -> Rectangle {
    Rectangle(
      x: Self.margin + Double(index % columns) * (side + Self.gap),
      y: top + Double(index / columns) * rowHeight, width: side, height: side)
  }
}
