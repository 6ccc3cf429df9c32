/// OpenCV's bilinear resize of bytes (`cv::resize` with `INTER_LINEAR`, reference code
/// `modules/imgproc/src/resize.cpp`), to the last bit: columns are mixed first, then rows, two of
/// each, with weights of 11 fraction bits; sums of columns are cut to 15 bits in between.
struct OpenCVBilinear {
  /// The pixels that a resized row or column is mixed of.
  private struct Mix {
    let first, second: Int
    let firstWeight, secondWeight: Int32
  }

  /// A source row in which columns are mixed.
  private struct Line {
    var row: Int?
    var values: [Int32]
  }

  private static let one: Float = 2048

  private let image: Image
  private let columns, rows: [Mix]

  /// - Parameter window: the part of the resized picture that is made.
  init(_ image: Image, width: Int, height: Int, window: PixelWindow) {
    self.image = image
    columns = (window.x..<window.x + window.width).map { column in
      Self.mix(at: column, source: image.width, target: width, isColumn: true)
    }
    rows = (window.y..<window.y + window.height).map { row in
      Self.mix(at: row, source: image.height, target: height, isColumn: false)
    }
  }

  /// Beyond the middle of the outermost column there is nothing to mix; rows are mixed with
  /// themselves there, which rounds differently.
  private static func mix(at index: Int, source: Int, target: Int, isColumn: Bool) -> Mix {
    let scale = 1 / (Double(target) / Double(source))
    let place = Float((Double(index) + 0.5) * scale - 0.5)
    let start = place.rounded(.down)
    let first = Int(start)
    let inside = 0..<source - 1
    let fraction = isColumn && !inside.contains(first) ? 0 : place - start
    return Mix(
      first: min(max(first, 0), source - 1), second: min(max(first + 1, 0), source - 1),
      firstWeight: Int32(((1 - fraction) * one).rounded(.toNearestOrEven)),
      secondWeight: Int32((fraction * one).rounded(.toNearestOrEven)))
  }

  func resized() -> Image {
    let count = 3 * columns.count
    var pixels: [UInt8] = []
    pixels.reserveCapacity(rows.count * count)
    var upper = Line(row: nil, values: [Int32](repeating: 0, count: count))
    var lower = upper
    for row in rows {
      if lower.row == row.first { swap(&upper, &lower) }
      mixColumns(of: row.first, into: &upper)
      mixColumns(of: row.second, into: &lower)
      append(upper.values.span, lower.values.span, row, to: &pixels)
    }
    return Image(width: columns.count, height: rows.count, pixels: pixels)
  }

  private func mixColumns(of row: Int, into line: inout Line) {
    if line.row == row { return }
    line.row = row
    let start = 3 * row * image.width
    let source = image.pixels.span.extracting(start..<start + 3 * image.width)
    var values = line.values.mutableSpan
    var index = 0
    for column in columns {
      for channel in 0..<3 {
        values[index] =
          Int32(source[3 * column.first + channel]) &* column.firstWeight
          &+ Int32(source[3 * column.second + channel]) &* column.secondWeight
        index += 1
      }
    }
  }

  private func append(
    _ upper: Span<Int32>, _ lower: Span<Int32>, _ row: Mix, to pixels: inout [UInt8]
  ) {
    for index in upper.indices {
      let sum =
        (upper[index] &>> 4 &* row.firstWeight) &>> 16
        &+ (lower[index] &>> 4 &* row.secondWeight) &>> 16
      pixels.append(UInt8(clamping: (sum &+ 2) &>> 2))
    }
  }
}
