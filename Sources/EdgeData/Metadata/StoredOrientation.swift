/// How the stored rows and columns lie in the picture as seen; the raw values are EXIF's.
enum StoredOrientation: Int {
  case upright = 1
  case mirrored, upsideDown, flipped, transposed, turnedLeft, transversed, turnedRight

  /// Whether rows become columns.
  var swapsAxes: Bool { rawValue >= Self.transposed.rawValue }

  /// Where the pixel (x, y) of the upright picture is stored: `start + x * right + y * down`.
  func steps(width: Int, height: Int) -> (start: Int, right: Int, down: Int) {
    let last = width * height - 1
    return switch self {
    case .upright: (0, 1, width)
    case .mirrored: (width - 1, -1, width)
    case .upsideDown: (last, -1, -width)
    case .flipped: (last + 1 - width, 1, -width)
    case .transposed: (0, width, 1)
    case .turnedLeft: (last + 1 - width, -width, 1)
    case .transversed: (last, -width, -1)
    case .turnedRight: (width - 1, width, -1)
    }
  }
}

extension Image {
  /// The picture as seen, given how it is stored.
  func upright(from orientation: StoredOrientation) -> Image {
    if orientation == .upright { return self }
    let (start, right, down) = orientation.steps(width: width, height: height)
    let columns = orientation.swapsAxes ? height : width
    let rows = orientation.swapsAxes ? width : height
    var result = [UInt8](repeating: 0, count: pixels.count)
    // In squares, so that neither reading nor writing leaves the cache where axes are swapped.
    let side = 32
    for top in stride(from: 0, to: rows, by: side) {
      for left in stride(from: 0, to: columns, by: side) {
        for y in top..<min(top + side, rows) {
          for x in left..<min(left + side, columns) {
            let from = 3 * (start + x * right + y * down)
            let to = 3 * (y * columns + x)
            result[to] = pixels[from]
            result[to + 1] = pixels[from + 1]
            result[to + 2] = pixels[from + 2]
          }
        }
      }
    }
    return Image(width: columns, height: rows, pixels: result)
  }
}
