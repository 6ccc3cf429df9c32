import CEdgePlot

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A white area to draw on, which becomes a PNG or SVG file. Lengths are in points, x to the right
/// and y down; a point is `scale` pixels. What isn't finite is not drawn, what lies outside doesn't
/// show.
///
/// libcairo draws; it is loaded with the first canvas. What fails while drawing shows when the file
/// is asked for.
public struct Canvas: ~Copyable {
  /// The longest side in pixels.
  static let sideLimit = 32767
  /// The most pixels of a canvas or bitmap: 64 binary millions, 256 MiB of memory.
  public static let pixelLimit = 1 << 26

  /// What ``encoded()`` gives.
  public enum Format: Sendable {
    case png
    /// Texts become outlines, so that the file looks the same everywhere.
    case svg
  }

  public let size: Size
  public let scale: Double
  private let pixelWidth, pixelHeight: Int
  private let cairo: CairoCanvas

  /// - Parameters:
  ///   - width: in points, as `height`; rounded up to whole pixels.
  ///   - scale: pixels a point, 0.25 to 8.
  /// - Throws: a ``PlotError``: no library, no font, or a size that isn't allowed.
  public init(
    width: Double, height: Double, scale: Double = 1, format: Format = .png
  ) throws(PlotError) {
    try self.init(width: width, height: height, scale: scale, format: format, library: nil)
  }

  init(
    width: Double, height: Double, scale: Double, format: Format, library: String?
  ) throws(PlotError) {
    guard scale >= 0.25 && scale <= 8 else { throw .invalidScale(scale) }
    let pixels = try Self.pixels(width: width, height: height, scale: scale)
    let cairo = try CairoCanvas(
      format == .svg ? EDGE_CANVAS_SVG : EDGE_CANVAS_PNG, width: pixels.width,
      height: pixels.height, scale: scale, library: library)
    cairo.fill(Rectangle(x: 0, y: 0, width: width + 4, height: height + 4), .white)
    size = Size(width: width, height: height)
    self.scale = scale
    pixelWidth = pixels.width
    pixelHeight = pixels.height
    self.cairo = cairo
  }

  private static func pixels(
    width: Double, height: Double, scale: Double
  ) throws(PlotError) -> (width: Int, height: Int) {
    let (columns, rows) = ((width * scale).rounded(.up), (height * scale).rounded(.up))
    let limit = Double(sideLimit)
    guard columns >= 1 && columns <= limit && rows >= 1 && rows <= limit else {
      throw .invalidSize(width: width, height: height)
    }
    let pixels = (width: Int(columns), height: Int(rows))
    guard pixels.width * pixels.height <= pixelLimit else {
      throw .tooLarge(width: pixels.width, height: pixels.height, limit: pixelLimit)
    }
    return pixels
  }

  /// The file's bytes: PNG (8 bits, RGB) or SVG, as the canvas was made for.
  public consuming func encoded() throws(PlotError) -> [UInt8] { try cairo.finish() }

  /// The pixels of a canvas that was made for PNG.
  public consuming func bitmap() throws(PlotError) -> Bitmap {
    try Bitmap(
      width: pixelWidth, height: pixelHeight,
      pixels: cairo.pixels(width: pixelWidth, height: pixelHeight))
  }

  public mutating func fill(_ area: Rectangle, _ color: Color) {
    guard let area = area.drawable else { return }
    cairo.fill(area, color)
  }

  /// The outline of an area, half of its width on each side.
  public mutating func frame(_ area: Rectangle, width: Double = 1, _ color: Color) {
    guard let area = area.drawable, let width = width.asLength else { return }
    cairo.frame(area, width: width, color)
  }

  public mutating func disc(_ center: Point, radius: Double, _ color: Color) {
    guard let center = center.drawable, let radius = radius.asLength else { return }
    cairo.disc(center, radius: radius, color)
  }

  public mutating func line(
    from start: Point, to end: Point, width: Double = 1, dash: Double = 0, _ color: Color
  ) {
    polyline([start, end], width: width, dash: dash, color)
  }

  /// Joined lines; points that aren't finite are left out.
  ///
  /// - Parameter dash: the length of the strokes and of the gaps between them; 0 for none.
  public mutating func polyline(
    _ points: [Point], width: Double = 1, dash: Double = 0, _ color: Color
  ) {
    guard let width = width.asLength, let dash = dash.asLength else { return }
    let path = points.compactMap(\.drawable).flatMap { [$0.x, $0.y] }
    cairo.stroke(path, width: width, dash: dash, color)
  }

  /// Scales a picture into an area.
  ///
  /// - Parameter smooth: between the pixels; false shows each as a square.
  public mutating func image(_ bitmap: Bitmap, in area: Rectangle, smooth: Bool = true) {
    guard let area = area.drawable, area.width >= 0.01, area.height >= 0.01 else { return }
    cairo.image(bitmap, in: area, smooth: smooth)
  }

  /// Draws only within an area while `body` runs.
  public mutating func clipped(to area: Rectangle, _ body: (inout Canvas) -> Void) {
    guard let area = area.drawable else { return }
    cairo.clip(area)
    body(&self)
    cairo.unclip()
  }

  /// Draws only within an area while `body` runs, for which the area's top left corner, moved to
  /// whole pixels, is the origin.
  public mutating func moved(to area: Rectangle, _ body: (inout Canvas) -> Void) {
    guard let area = area.drawable else { return }
    let corner = Point(x: snapped(area.x), y: snapped(area.y))
    cairo.clip(Rectangle(x: corner.x, y: corner.y, width: area.width, height: area.height))
    cairo.move(to: corner)
    body(&self)
    cairo.unclip()
  }

  /// Writes one line; line breaks and other control characters become spaces.
  ///
  /// Glyphs that the font lacks show as boxes, and scripts that join their letters are written
  /// without joining them.
  ///
  /// - Parameters:
  ///   - anchor: what stands at the point.
  ///   - angle: in degrees, counterclockwise around the point.
  public mutating func text(
    _ text: String, at point: Point, _ style: TextStyle = TextStyle(),
    anchor: TextAnchor = TextAnchor(.left, .baseline), angle: Double = 0
  ) {
    guard let point = point.drawable, let style = style.drawable, angle.isFinite else { return }
    let line = text.asLine
    let width = anchor.horizontal == .left ? 0 : cairo.textWidth(line, style)
    let offset = anchor.offset(width: width, size: style.size)
    let radians = -angle * .pi / 180
    let (c, s) = (cos(radians), sin(radians))
    let start = Point(
      x: point.x + c * offset.x - s * offset.y, y: point.y + s * offset.x + c * offset.y)
    cairo.text(line, at: start, style, angle: radians)
  }

  /// How wide a text is, in points.
  public func width(of text: String, _ style: TextStyle) -> Double {
    style.drawable.map { cairo.textWidth(text.asLine, $0) } ?? 0
  }
}

extension Double {
  /// A place on a canvas of up to 32767 pixels and far around it, which libcairo's fixed-point
  /// numbers (24 bits before the point) hold at every scale.
  fileprivate var asPlace: Double? { isFinite ? Swift.min(Swift.max(self, -1e5), 1e5) : nil }

  fileprivate var asLength: Double? { isFinite ? Swift.min(Swift.max(self, 0), 1e5) : nil }
}

extension Point {
  fileprivate var drawable: Point? {
    guard let x = x.asPlace, let y = y.asPlace else { return nil }
    return Point(x: x, y: y)
  }
}

extension Rectangle {
  fileprivate var drawable: Rectangle? {
    guard let x = x.asPlace, let y = y.asPlace, let right = right.asPlace,
      let bottom = bottom.asPlace, right >= x, bottom >= y
    else { return nil }
    return Rectangle(x: x, y: y, width: right - x, height: bottom - y)
  }
}

extension TextStyle {
  fileprivate var drawable: TextStyle? {
    guard size > 0, size <= 1000 else { return nil }
    return self
  }
}

extension String {
  /// On one line, and not longer than any canvas is wide.
  fileprivate var asLine: String {
    var line = UnicodeScalarView()
    for scalar in unicodeScalars.prefix(4000) {
      let isControl = scalar.properties.generalCategory == .control
      line.append(isControl ? " " : scalar)
    }
    return String(line)
  }
}
