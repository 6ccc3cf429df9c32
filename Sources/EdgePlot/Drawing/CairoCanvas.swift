import CEdgePlot

/// The binding of CEdgePlot. Numbers must be finite and of a canvas's magnitude; ``Canvas`` sees to
/// that.
@safe struct CairoCanvas: ~Copyable {
  private let handle: OpaquePointer

  /// - Parameter library: the file to load in place of the usual ones.
  init(
    _ kind: edge_canvas_kind, width: Int, height: Int, scale: Double, library: String?
  ) throws(PlotError) {
    var status = EDGE_PLOT_OK
    let handle = unsafe Self.create(kind, width, height, scale, library, &status)
    guard let handle = unsafe handle else {
      throw Self.error(of: status, library: library ?? Self.libraryName)
    }
    unsafe self.handle = handle
  }

  deinit { unsafe edge_canvas_destroy(handle) }

  private static let libraryName = "libcairo.so.2"

  private static func create(
    _ kind: edge_canvas_kind, _ width: Int, _ height: Int, _ scale: Double, _ library: String?,
    _ status: UnsafeMutablePointer<edge_plot_status>
  ) -> OpaquePointer? {
    guard let library else {
      return unsafe edge_canvas_create(nil, kind, Int32(width), Int32(height), scale, status)
    }
    return unsafe edge_canvas_create(library, kind, Int32(width), Int32(height), scale, status)
  }

  private static func error(of status: edge_plot_status, library: String) -> PlotError {
    switch status {
    case EDGE_PLOT_NO_LIBRARY: .libraryMissing(name: library)
    case EDGE_PLOT_OLD_LIBRARY: .libraryTooOld(name: library)
    case EDGE_PLOT_NO_FONT: .fontMissing
    case EDGE_PLOT_OUT_OF_MEMORY: .outOfMemory
    default: .failed(reason: "no canvas")
    }
  }

  /// The file's bytes; nothing can be drawn after.
  func finish() throws(PlotError) -> [UInt8] {
    var bytes: UnsafePointer<UInt8>?
    var count = 0
    switch unsafe edge_canvas_finish(handle, &bytes, &count) {
    case EDGE_PLOT_OK: return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    case EDGE_PLOT_OUT_OF_MEMORY: throw .outOfMemory
    default: throw unsafe .failed(reason: String(cString: edge_canvas_message(handle)))
    }
  }

  /// The pixels of a PNG canvas that was made with this size, 3 bytes each.
  func pixels(width: Int, height: Int) throws(PlotError) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    switch unsafe edge_canvas_pixels(handle, Int32(width), Int32(height), &pixels) {
    case EDGE_PLOT_OK: return pixels
    case EDGE_PLOT_OUT_OF_MEMORY: throw .outOfMemory
    default: throw unsafe .failed(reason: String(cString: edge_canvas_message(handle)))
    }
  }

  func fill(_ area: Rectangle, _ color: Color) {
    unsafe edge_canvas_fill(handle, edge_rectangle(area), edge_color(color))
  }

  /// - Parameter path: x and y in turn.
  func stroke(_ path: [Double], width: Double, dash: Double, _ color: Color) {
    unsafe edge_canvas_stroke(handle, path, path.count / 2, width, dash, edge_color(color))
  }

  func frame(_ area: Rectangle, width: Double, _ color: Color) {
    unsafe edge_canvas_frame(handle, edge_rectangle(area), width, edge_color(color))
  }

  func disc(_ center: Point, radius: Double, _ color: Color) {
    unsafe edge_canvas_disc(handle, center.x, center.y, radius, edge_color(color))
  }

  func textWidth(_ text: String, _ style: TextStyle) -> Double {
    unsafe edge_canvas_text_width(handle, text, style.size, style.weight == .bold ? 1 : 0)
  }

  /// - Parameter angle: in radians, clockwise.
  func text(_ text: String, at start: Point, _ style: TextStyle, angle: Double) {
    unsafe edge_canvas_text(
      handle, text, start.x, start.y, style.size, style.weight == .bold ? 1 : 0, angle,
      edge_color(style.color))
  }

  func image(_ bitmap: Bitmap, in area: Rectangle, smooth: Bool) {
    unsafe edge_canvas_image(
      handle, bitmap.pixels, Int32(bitmap.width), Int32(bitmap.height), edge_rectangle(area),
      smooth ? 1 : 0)
  }

  func clip(_ area: Rectangle) { unsafe edge_canvas_clip(handle, edge_rectangle(area)) }

  /// Moves the origin, until the next ``unclip()``.
  func move(to origin: Point) { unsafe edge_canvas_move(handle, origin.x, origin.y) }

  func unclip() { unsafe edge_canvas_unclip(handle) }
}

extension edge_rectangle {
  fileprivate init(_ area: Rectangle) {
    self.init(x: area.x, y: area.y, width: area.width, height: area.height)
  }
}

extension edge_color {
  fileprivate init(_ color: Color) {
    self.init(red: color.red, green: color.green, blue: color.blue, alpha: color.alpha)
  }
}
