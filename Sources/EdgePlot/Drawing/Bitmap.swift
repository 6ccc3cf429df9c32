/// An 8-bit RGB picture to be drawn, rows top to bottom, 3 bytes a pixel.
public struct Bitmap: Sendable, Equatable {
  public let width, height: Int
  /// `[height, width, channels]`.
  public let pixels: [UInt8]

  /// - Throws: ``PlotError/invalidBitmap(width:height:found:)`` where `pixels` isn't
  ///   `height * width * 3` bytes, or a side is below 1 or above 32767 pixels.
  public init(width: Int, height: Int, pixels: [UInt8]) throws(PlotError) {
    let sides = 1...Canvas.sideLimit
    guard sides.contains(width), sides.contains(height), width * height <= Canvas.pixelLimit,
      pixels.count == width * height * 3
    else {
      throw .invalidBitmap(width: width, height: height, found: pixels.count)
    }
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}

extension Bitmap {
  /// Every pixel as a square of `factor` by `factor`.
  ///
  /// - Throws: ``PlotError/invalidBitmap(width:height:found:)`` where that is more than a bitmap
  ///   holds.
  /// - Precondition: `factor` is at least 1.
  func enlarged(by factor: Int) throws(PlotError) -> Bitmap {
    guard factor > 1 else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count * factor * factor)
    for row in 0..<height {
      var line: [UInt8] = []
      line.reserveCapacity(width * factor * 3)
      for start in stride(from: row * width * 3, to: (row + 1) * width * 3, by: 3) {
        for _ in 0..<factor { line += pixels[start..<start + 3] }
      }
      for _ in 0..<factor { result += line }
    }
    return try Bitmap(width: width * factor, height: height * factor, pixels: result)
  }

  /// The picture as a PNG file.
  public func png() throws(PlotError) -> [UInt8] {
    let area = Rectangle(x: 0, y: 0, width: Double(width), height: Double(height))
    var canvas = try Canvas(width: area.width, height: area.height)
    canvas.image(self, in: area, smooth: false)
    return try canvas.encoded()
  }
}
