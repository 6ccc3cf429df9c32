/// How much of a picture a class covers.
struct ClassShare: Equatable {
  let index: Int
  /// Of all pixels, above 0 and at most 1.
  let share: Double

  /// The classes below `classes` that occur, the largest first; of equal ones that of the lower
  /// number.
  static func all(in labels: [UInt8], classes: Int) -> [ClassShare] {
    var counts = [Int](repeating: 0, count: 256)
    for label in labels { counts[Int(label)] += 1 }
    let shares = counts.prefix(classes).enumerated().filter { $0.element > 0 }.map {
      ClassShare(index: $0.offset, share: Double($0.element) / Double(labels.count))
    }
    return shares.sorted { ($1.share, $0.index) < ($0.share, $1.index) }
  }

  /// In percent, with one decimal.
  var percent: String {
    share < 0.0005 ? "< 0.1 %" : "\(NumberText.fixed(100 * share, decimals: 1)) %"
  }
}

/// Names of classes with their colors, and their shares where these are known, in rows.
struct MaskLegend {
  private struct Entry {
    let text: String
    /// Nil for the background, which has none.
    let color: Color?
  }

  private let entries: [Entry]
  let rows: [Range<Int>]
  private let widths: [Double]
  private let textSize: Double

  /// More classes than these are told by their number.
  private static let limit = 60

  init(
    _ shares: [ClassShare], names: [String], textSize: Double, width: Double,
    ruler: borrowing Canvas
  ) {
    self.init(
      shares.map { (index: $0.index, name: names[$0.index], tail: " \($0.percent)") },
      textSize: textSize, width: width, ruler: ruler)
  }

  /// - Parameter names: of the classes to be told, by number.
  init(
    names: [Int: String], textSize: Double, width: Double, ruler: borrowing Canvas
  ) {
    self.init(
      names.sorted { $0.key < $1.key }.map { (index: $0.key, name: $0.value, tail: "") },
      textSize: textSize, width: width, ruler: ruler)
  }

  private init(
    _ classes: [(index: Int, name: String, tail: String)], textSize: Double, width: Double,
    ruler: borrowing Canvas
  ) {
    let style = TextStyle(size: textSize)
    let room = width - 3 * textSize
    var entries: [Entry] = []
    for (index, name, tail) in classes.prefix(Self.limit) {
      let text = ruler.shortened(name, to: room - ruler.width(of: tail, style), style) + tail
      let color = name == "background" ? nil : ClassPalette.color(index)
      entries.append(Entry(text: text, color: color))
    }
    if classes.count > Self.limit {
      entries.append(Entry(text: "+ \(classes.count - Self.limit)", color: nil))
    }
    self.entries = entries
    self.textSize = textSize
    widths = entries.map { 1.4 * textSize + ruler.width(of: $0.text, style) }
    rows = wrapped(widths, gap: textSize, width: width - textSize)
  }

  private var rowHeight: Double { (1.6 * textSize).rounded() }

  /// 0 without entries.
  var height: Double { rows.isEmpty ? 0 : Double(rows.count) * rowHeight + textSize.rounded() }

  /// Draws below `top` and from `left` on.
  func draw(top: Double, left: Double = 0, on canvas: inout Canvas) {
    for (row, range) in rows.enumerated() {
      var x = left + textSize / 2
      let middle = top + textSize / 2 + (Double(row) + 0.5) * rowHeight
      for index in range {
        draw(entries[index], at: Point(x: x, y: middle), on: &canvas)
        x += widths[index] + textSize
      }
    }
  }

  private func draw(_ entry: Entry, at place: Point, on canvas: inout Canvas) {
    let square = Rectangle(
      x: place.x, y: place.y - textSize / 2, width: textSize, height: textSize)
    if let color = entry.color { canvas.fill(square, color) }
    canvas.frame(square.inset(by: 0.5), width: 1, .axis)
    canvas.text(
      entry.text, at: Point(x: place.x + 1.4 * textSize, y: place.y),
      TextStyle(size: textSize, color: .ink), anchor: TextAnchor(.left, .middle))
  }
}
