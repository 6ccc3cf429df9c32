/// An 8-bit RGB picture, rows top to bottom, 3 bytes a pixel.
public struct Image: Sendable, Equatable {
  public let width, height: Int
  /// `height * width * 3` bytes: `[height, width, channels]`.
  public let pixels: [UInt8]

  /// - Precondition: both sizes are at least 1 and `pixels` holds `height * width * 3` bytes.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture of \(width)x\(height)")
    precondition(
      pixels.count == width * height * 3, "\(pixels.count) bytes for \(width)x\(height) pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}

extension Image {
  /// The part of `width` by `height` pixels whose top left corner is (`x`, `y`); what lies outside
  /// the picture is black, as in Pillow's `crop`.
  ///
  /// - Precondition: the part has at least one pixel.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> Image {
    precondition(width > 0 && height > 0, "a part of \(width)x\(height)")
    let window = PixelWindow(x: x, y: y, width: width, height: height)
    let inside = window.clamped(width: self.width, height: self.height)
    if inside == window { return copy(of: inside) }
    guard inside.width > 0 && inside.height > 0 else { return .black(width, height) }
    return copy(of: inside).placed(
      x: inside.x - x, y: inside.y - y, onBlackOf: (width: width, height: height))
  }

  /// The middle square with sides of `size`, as torchvision's `center_crop`: a picture that is
  /// smaller is centered on black.
  ///
  /// - Precondition: `size` is at least 1.
  public func centerCropped(to size: Int) -> Image {
    let window = PixelWindow.center(of: size, width: width, height: height)
    return cropped(x: window.x, y: window.y, width: size, height: size)
  }

  /// This picture as a part of a black one.
  /// - Precondition: it lies within.
  func placed(x: Int, y: Int, onBlackOf size: (width: Int, height: Int)) -> Image {
    var result = [UInt8](repeating: 0, count: size.width * size.height * 3)
    for row in 0..<height {
      let start = ((y + row) * size.width + x) * 3
      result.replaceSubrange(
        start..<start + width * 3, with: pixels[row * width * 3..<(row + 1) * width * 3])
    }
    return Image(width: size.width, height: size.height, pixels: result)
  }

  static func black(_ width: Int, _ height: Int) -> Image {
    Image(
      width: width, height: height, pixels: [UInt8](repeating: 0, count: width * height * 3))
  }

  private func copy(of window: PixelWindow) -> Image {
    if window.width == width && window.height == height { return self }
    var result: [UInt8] = []
    result.reserveCapacity(window.width * window.height * 3)
    for row in window.y..<window.y + window.height {
      let start = (row * width + window.x) * 3
      result.append(contentsOf: pixels[start..<start + window.width * 3])
    }
    return Image(width: window.width, height: window.height, pixels: result)
  }
}
