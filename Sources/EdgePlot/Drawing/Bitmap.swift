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
