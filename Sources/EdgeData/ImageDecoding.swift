import EdgeGraph

extension Image {
  /// What to do with the orientation that a file states (EXIF, else XMP).
  public enum Orientation: Sendable {
    /// Turn the picture upright, as Pillow's `ImageOps.exif_transpose`.
    case exif
    /// Leave the pixels as they are stored, as torchvision.
    case stored
  }

  /// Pillow's limit against decompression bombs, twice its `MAX_IMAGE_PIXELS`.
  public static let defaultPixelLimit = 178_956_970

  /// The picture in a file: JPEG, PNG or WebP by its content, as Pillow's `convert("RGB")` gives
  /// it. Transparency, gamma and color profiles are left out; of an animation, it is the first
  /// frame.
  ///
  /// - Parameter pixelLimit: larger pictures are refused before memory is taken.
  public init(
    contentsOf path: String, orientation: Orientation = .exif,
    pixelLimit: Int = Image.defaultPixelLimit
  ) throws(ImageError) {
    try self.init(
      bytes: readFile(path), name: path, orientation: orientation, pixelLimit: pixelLimit)
  }

  /// The picture in a file's bytes; `name` is what errors call it.
  public init(
    bytes: [UInt8], name: String, orientation: Orientation = .exif,
    pixelLimit: Int = Image.defaultPixelLimit
  ) throws(ImageError) {
    guard let format = ImageFormat(detecting: bytes) else {
      throw .unsupportedFormat(file: name, found: ImageFormat.nameOfOther(bytes))
    }
    let source = EncodedImage(bytes: bytes, name: name, format: format, pixelLimit: pixelLimit)
    let stored = try source.decoded()
    switch orientation {
    case .stored: self = stored
    case .exif: self = stored.upright(from: format.metadata(of: bytes).orientation)
    }
  }
}

/// A file's bytes on their way to pixels.
struct EncodedImage {
  let bytes: [UInt8]
  let name: String
  let format: ImageFormat
  let pixelLimit: Int

  func decoded() throws(ImageError) -> Image {
    switch format {
    case .jpeg: try decodedJPEG()
    case .png: try decodedPNG()
    case .webp: try decodedWebP()
    }
  }

  func checkSize(width: Int, height: Int) throws(ImageError) {
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0 && height > 0 else { throw corrupt("no pixels (\(width)x\(height))") }
    guard !overflow && pixels <= pixelLimit else {
      throw .tooLarge(file: name, width: width, height: height, limit: pixelLimit)
    }
  }

  func corrupt(_ reason: String) -> ImageError {
    .corrupt(file: name, format: format.rawValue, reason: reason)
  }

  func truncated(_ reason: String) -> ImageError {
    .truncated(file: name, format: format.rawValue, reason: reason)
  }
}
