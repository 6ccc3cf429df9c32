/// A file format that is decoded, known by its first bytes.
enum ImageFormat: String {
  case jpeg = "JPEG"
  case png = "PNG"
  case webp = "WebP"

  init?(detecting bytes: [UInt8]) {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8) {
      self = .webp
    } else {
      return nil
    }
  }

  /// The name of a format that isn't decoded, for messages.
  static func nameOfOther(_ bytes: [UInt8]) -> String? {
    let signatures = [
      ("GIF8", "GIF"), ("BM", "BMP"), ("II*\0", "TIFF"), ("MM\0*", "TIFF"), ("8BPS", "Photoshop"),
      ("%PDF", "PDF"), ("qoif", "QOI"),
    ]
    if bytes.isEmpty { return "empty" }
    if let match = signatures.first(where: { bytes.starts(with: $0.0.utf8) }) { return match.1 }
    let brand = bytes.dropFirst(4).prefix(8)
    if brand.starts(with: "ftypavif".utf8) { return "AVIF" }
    if brand.starts(with: "ftyphei".utf8) || brand.starts(with: "ftypmif1".utf8) { return "HEIF" }
    return nil
  }
}
