import EdgeGraph

/// Draws the part of a picture that a training example shows, and decodes no more than that.
struct SampleCrop {
  let transform: TrainingTransform
  /// The network's size.
  let height, width: Int
  /// What errors call the picture.
  let name: String

  func callAsFunction(
    _ content: SampleContent, random: inout RandomStream
  ) throws(ImageError) -> Image {
    switch content {
    case .decoded(let image): return part(of: image, &random)
    case .encoded(let bytes):
      guard ImageFormat(detecting: bytes) == .jpeg, padding == 0 else {
        let image = try Image(bytes: bytes, name: name, orientation: transform.orientation)
        return part(of: image, &random)
      }
      return try part(ofJPEG: bytes, &random)
    }
  }

  private var padding: Int {
    transform.padding ?? (height <= 32 && width <= 32 ? 4 : 0)
  }

  private func window(width: Int, height: Int, _ random: inout RandomStream) -> PixelWindow {
    if padding > 0 {
      return RandomCrop.padded(by: padding, width: width, height: height, random: &random)
    }
    return RandomCrop(area: transform.area, ratio: transform.ratio)
      .window(width: width, height: height, random: &random)
  }

  private func part(of image: Image, _ random: inout RandomStream) -> Image {
    let window = window(width: image.width, height: image.height, &random)
    return image.cropped(x: window.x, y: window.y, width: window.width, height: window.height)
  }

  private func part(
    ofJPEG bytes: [UInt8], _ random: inout RandomStream
  ) throws(ImageError) -> Image {
    let source = EncodedImage(
      bytes: bytes, name: name, format: .jpeg, pixelLimit: Image.defaultPixelLimit)
    let (storedWidth, storedHeight) = try source.jpegSize()
    try source.checkSize(width: storedWidth, height: storedHeight)
    let orientation =
      transform.orientation == .exif
      ? ImageFormat.jpeg.metadata(of: bytes).orientation : .upright
    let turned = orientation.swapsAxes
    let seen = window(
      width: turned ? storedHeight : storedWidth, height: turned ? storedWidth : storedHeight,
      &random)
    let stored = orientation.stored(seen, width: storedWidth, height: storedHeight)
    let eighths = turned ? eighths(stored, height, width) : eighths(stored, width, height)
    let part = stored.reduced(eighths: eighths, width: storedWidth, height: storedHeight)
    return try source.decodedJPEG(
      width: storedWidth, height: storedHeight, eighths: eighths, part: part
    ).upright(from: orientation)
  }

  /// The smallest fast reduction at which a window still has the network's size.
  private func eighths(_ window: PixelWindow, _ width: Int, _ height: Int) -> Int {
    guard transform.reducesDecoding else { return 8 }
    let enough = [1, 2, 4].first {
      PixelWindow.reduced(window.width, $0) >= width
        && PixelWindow.reduced(window.height, $0) >= height
    }
    return enough ?? 8
  }
}

extension PixelWindow {
  static func reduced(_ length: Int, _ eighths: Int) -> Int { (length * eighths + 4) / 8 }

  /// This window of a picture of `width` by `height` pixels in the picture at `eighths` / 8 of its
  /// size, whose sides are rounded up; the edges move by up to half a pixel.
  func reduced(eighths: Int, width: Int, height: Int) -> PixelWindow {
    let columns = max(1, Self.reduced(self.width, eighths))
    let rows = max(1, Self.reduced(self.height, eighths))
    return PixelWindow(
      x: min(Self.reduced(x, eighths), (width * eighths + 7) / 8 - columns),
      y: min(Self.reduced(y, eighths), (height * eighths + 7) / 8 - rows),
      width: columns, height: rows)
  }
}

extension StoredOrientation {
  /// Where a window of the upright picture is stored, in a picture stored with these sides.
  func stored(_ window: PixelWindow, width: Int, height: Int) -> PixelWindow {
    let (start, right, down) = steps(width: width, height: height)
    let first = start + window.x * right + window.y * down
    let last = first + (window.width - 1) * right + (window.height - 1) * down
    return PixelWindow(
      x: min(first % width, last % width), y: min(first / width, last / width),
      width: abs(first % width - last % width) + 1, height: abs(first / width - last / width) + 1)
  }
}
