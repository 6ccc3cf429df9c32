/// The names of the series, each with a sample of its line or mark, in rows from the right.
struct Legend {
  private struct Entry {
    let name: String
    let style: SeriesStyle
  }

  private let entries: [Entry]
  /// Marks are discs; lines otherwise.
  private let showsDiscs: Bool

  init(names: [String], _ styles: [String: SeriesStyle], showsDiscs: Bool) {
    entries = names.map { Entry(name: $0, style: styles[$0] ?? SeriesStyle(index: 0)) }
    self.showsDiscs = showsDiscs
  }

  static let rowHeight = 17.0
  private static let nameLimit = 220.0
  private static let gap = 16.0
  /// Room for "+ 1234".
  private static let omissionWidth = 60.0

  private var sampleWidth: Double { showsDiscs ? 13 : 24 }

  /// As many entries as `rowLimit` rows hold, and how many are left out.
  func rows(
    width: Double, rowLimit: Int, _ canvas: borrowing Canvas
  ) -> (rows: [Range<Int>], omitted: Int) {
    // More entries than that fit nowhere, and measuring them would take long.
    let widths = entries.prefix(200).map { entry in
      sampleWidth + min(canvas.width(of: entry.name, .label), Self.nameLimit)
    }
    let rows = wrapped(widths, gap: Self.gap, width: width)
    if rows.count <= rowLimit && entries.count == widths.count { return (rows, 0) }
    let kept = Array(
      wrapped(widths, gap: Self.gap, width: width - Self.omissionWidth).prefix(rowLimit))
    return (kept, entries.count - (kept.last?.upperBound ?? 0))
  }

  /// Draws rows that end at `right`, the first of them around `y`.
  func draw(_ rows: [Range<Int>], omitted: Int, right: Double, y: Double, on canvas: inout Canvas) {
    for (row, range) in rows.enumerated() {
      var x = right
      let middle = y + Double(row) * Self.rowHeight
      if row == rows.count - 1 && omitted > 0 {
        let text = "+ \(omitted)"
        canvas.text(
          text, at: Point(x: x, y: middle), .label.colored(.secondaryInk),
          anchor: TextAnchor(.right, .middle))
        x -= canvas.width(of: text, .label) + Self.gap
      }
      for entry in entries[range].reversed() {
        let name = canvas.shortened(entry.name, to: Self.nameLimit, .label)
        x -= sampleWidth + canvas.width(of: name, .label)
        draw(entry.style, name, at: Point(x: x, y: middle), on: &canvas)
        x -= Self.gap
      }
    }
  }

  private func draw(
    _ style: SeriesStyle, _ name: String, at place: Point, on canvas: inout Canvas
  ) {
    if showsDiscs {
      canvas.disc(Point(x: place.x + 4, y: place.y), radius: 4, style.color)
    } else {
      canvas.line(
        from: Point(x: place.x, y: place.y), to: Point(x: place.x + 18, y: place.y), width: 2,
        dash: style.dash, style.color)
    }
    canvas.text(
      name, at: Point(x: place.x + sampleWidth, y: place.y), .label,
      anchor: TextAnchor(.left, .middle))
  }
}

/// Splits things of these widths into rows, `gap` apart, each at most `width` wide; a thing that is
/// wider has a row of its own.
func wrapped(_ widths: [Double], gap: Double, width: Double) -> [Range<Int>] {
  var rows: [Range<Int>] = []
  var (start, used) = (0, 0.0)
  for (index, item) in widths.enumerated() {
    if index > start && used + gap + item > width {
      rows.append(start..<index)
      (start, used) = (index, 0)
    }
    used += item + (index > start ? gap : 0)
  }
  if start < widths.count { rows.append(start..<widths.count) }
  return rows
}
