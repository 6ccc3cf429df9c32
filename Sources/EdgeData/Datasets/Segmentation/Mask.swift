/// The class of every pixel of a picture.
public struct Mask: Hashable, Sendable {
  /// Pixels that are neither learnt nor judged.
  public static let ignored: UInt8 = 255

  public let width, height: Int
  /// `[height, width]`: class numbers, or ``ignored``.
  public let labels: [UInt8]

  /// - Precondition: both sizes are at least 1, and there are `height * width` labels.
  public init(width: Int, height: Int, labels: [UInt8]) {
    precondition(width > 0 && height > 0, "a mask of \(width)x\(height)")
    precondition(labels.count == width * height, "\(labels.count) labels for \(width)x\(height)")
    self.width = width
    self.height = height
    self.labels = labels
  }

  /// This mask at another size: the nearest label to the top left of each pixel, as OpenCV's
  /// `INTER_NEAREST`, which cvnets resizes masks by.
  ///
  /// - Precondition: both sizes are at least 1.
  public func resized(width: Int, height: Int) -> Mask {
    resized(
      width: width, height: height,
      window: PixelWindow(x: 0, y: 0, width: width, height: height))
  }

  /// The part of `width` by `height` pixels whose top left corner is (`x`, `y`); what lies outside
  /// is ``ignored``.
  ///
  /// - Precondition: the part has at least one pixel.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> Mask {
    let window = PixelWindow(x: x, y: y, width: width, height: height)
    let inside = window.clamped(width: self.width, height: self.height)
    guard inside.width > 0 && inside.height > 0 else { return .blank(width, height) }
    return resized(width: self.width, height: self.height, window: inside)
      .placed(x: inside.x - x, y: inside.y - y, width: width, height: height)
  }

  /// The mask with left and right exchanged.
  public func flippedHorizontally() -> Mask {
    var result = labels
    var target = result.mutableSpan
    let source = labels.span
    for row in 0..<height {
      let start = row * width
      for column in 0..<width { target[start + column] = source[start + width - 1 - column] }
    }
    return Mask(width: width, height: height, labels: result)
  }

  /// Writes the class numbers `[height, width]` as a loss over classes reads them: pixels that are
  /// ignored are -1.
  ///
  /// - Precondition: `output` has as many elements.
  public func write(into output: inout MutableSpan<Float>) {
    precondition(output.count == labels.count, "\(output.count) elements for \(labels.count)")
    let source = labels.span
    for index in source.indices {
      let label = source[index]
      output[index] = label == Self.ignored ? -1 : Float(label)
    }
  }

  /// A part of the resized mask; no more than that is made.
  ///
  /// - Precondition: the window lies within it.
  func resized(width: Int, height: Int, window: PixelWindow) -> Mask {
    precondition(width > 0 && height > 0, "can't resize to \(width)x\(height)")
    let columns = Self.sources(window.x..<window.x + window.width, self.width, width)
    let rows = Self.sources(window.y..<window.y + window.height, self.height, height)
    let source = labels.span
    var result: [UInt8] = []
    result.reserveCapacity(columns.count * rows.count)
    for row in rows {
      let line = source.extracting(row * self.width..<(row + 1) * self.width)
      for column in columns { result.append(line[column]) }
    }
    return Mask(width: columns.count, height: rows.count, labels: result)
  }

  /// Where the pixels in `range` of a resized row or column come from.
  private static func sources(_ range: Range<Int>, _ source: Int, _ target: Int) -> [Int] {
    let scale = 1 / (Double(target) / Double(source))
    return range.map { min(Int((Double($0) * scale).rounded(.down)), source - 1) }
  }

  /// This mask as a part of one that is ignored elsewhere.
  /// - Precondition: it lies within.
  func placed(x: Int, y: Int, width: Int, height: Int) -> Mask {
    if width == self.width && height == self.height { return self }
    var result = [UInt8](repeating: Self.ignored, count: width * height)
    for row in 0..<self.height {
      let start = (y + row) * width + x
      result.replaceSubrange(
        start..<start + self.width, with: labels[row * self.width..<(row + 1) * self.width])
    }
    return Mask(width: width, height: height, labels: result)
  }

  private static func blank(_ width: Int, _ height: Int) -> Mask {
    Mask(
      width: width, height: height,
      labels: [UInt8](repeating: ignored, count: width * height))
  }
}

extension Mask {
  /// The class numbers in a PNG file's bytes: places in its palette, or gray of at most 8 bits, as
  /// they are stored.
  ///
  /// - Parameter name: what errors call the file.
  public init(
    bytes: [UInt8], name: String, pixelLimit: Int = Image.defaultPixelLimit
  ) throws(ImageError) {
    guard let format = ImageFormat(detecting: bytes) else {
      throw .unsupportedFormat(file: name, found: ImageFormat.nameOfOther(bytes))
    }
    guard format == .png else {
      throw .unsupportedFeature(
        file: name, format: format.rawValue, reason: "class numbers are read from PNG only")
    }
    let source = EncodedImage(bytes: bytes, name: name, format: format, pixelLimit: pixelLimit)
    self = try source.decodedPNGIndices()
  }
}
