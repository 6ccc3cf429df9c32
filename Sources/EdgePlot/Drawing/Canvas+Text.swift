extension Canvas {
  /// A text cut to a width, with "…" at its end where something is missing; empty where not even
  /// that fits.
  func shortened(_ text: String, to limit: Double, _ style: TextStyle) -> String {
    let characters = Array(text.prefix(1000))
    if text.count <= characters.count && width(of: text, style) <= limit { return text }
    var (fits, tooMany) = (-1, characters.count + 1)
    while tooMany - fits > 1 {
      let middle = (fits + tooMany) / 2
      let isFitting = width(of: String(characters.prefix(middle)) + "…", style) <= limit
      if isFitting { fits = middle } else { tooMany = middle }
    }
    return fits < 0 ? "" : String(characters.prefix(fits)) + "…"
  }

  func widest(_ texts: some Sequence<String>, _ style: TextStyle) -> Double {
    texts.reduce(0) { max($0, width(of: $1, style)) }
  }

  /// A place moved to where pixels meet, so that straight edges are sharp.
  func snapped(_ place: Double) -> Double { (place * scale).rounded() / scale }

  /// A level or upright line of one point at most, on whole pixels.
  mutating func hairline(from start: Point, to end: Point, _ color: Color) {
    let thickness = max(1, scale.rounded(.down)) / scale
    let (x, y) = (snapped(start.x - thickness / 2), snapped(start.y - thickness / 2))
    let width = start.x == end.x ? thickness : snapped(end.x + thickness / 2) - x
    let height = start.y == end.y ? thickness : snapped(end.y + thickness / 2) - y
    fill(Rectangle(x: x, y: y, width: width, height: height), color)
  }
}
