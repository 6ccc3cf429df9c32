import FoundationEssentials
import TestSupport

@testable import EdgeData

/// A picture of one color as a PNG file.
func tinyPNG(_ color: [UInt8] = [10, 20, 30], side: Int = 2) -> [UInt8] {
  tinyPNG(color, width: side, height: side)
}

func tinyPNG(_ color: [UInt8] = [10, 20, 30], width: Int, height: Int) -> [UInt8] {
  let row = Array(Array(repeating: color, count: width).joined())
  return pngFile(width: width, colorType: 2, rows: Array(repeating: row, count: height))
}

/// A PNG file of rows as they are stored, in one stored deflate block.
func pngFile(
  width: Int, depth: UInt8 = 8, colorType: UInt8, rows: [[UInt8]], palette: [UInt8] = []
) -> [UInt8] {
  let raw: [UInt8] = rows.flatMap { (row: [UInt8]) -> [UInt8] in [0] + row }
  let count = UInt16(raw.count)
  let sums = raw.reduce((a: UInt32(1), b: UInt32(0))) { sums, byte in
    let a = (sums.a + UInt32(byte)) % 65521
    return (a, (sums.b + a) % 65521)
  }
  let data =
    [0x78, 0x01, 1, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
    + raw + bigEndian(sums.b << 16 | sums.a)
  let header =
    bigEndian(UInt32(width)) + bigEndian(UInt32(rows.count)) + [depth, colorType, 0, 0, 0]
  return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + pngChunk("IHDR", header)
    + (palette.isEmpty ? [] : pngChunk("PLTE", palette)) + pngChunk("IDAT", data)
    + pngChunk("IEND", [])
}

/// A mask as a gray PNG file.
func maskPNG(_ rows: [[UInt8]]) -> [UInt8] {
  pngFile(width: rows[0].count, colorType: 0, rows: rows)
}

private func pngChunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
  let body = Array(type.utf8) + content
  let crc = ~body.reduce(~UInt32(0)) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in
      value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0)
    }
  }
  return bigEndian(UInt32(content.count)) + body + bigEndian(crc)
}

private func bigEndian(_ value: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

func goldenImage(_ name: String) throws -> [UInt8] {
  try fileBytes(Repository.golden("images").appending(path: name).path)
}

extension TemporaryFolder {
  /// Writes files in folders below this one; a path that ends in `/` makes a folder.
  func tree(_ files: [String: [UInt8]]) throws {
    for (name, bytes) in files {
      let path = self(name)
      let parent = name.hasSuffix("/") ? path : URL(filePath: path).deletingLastPathComponent().path
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      if !name.hasSuffix("/") { try Data(bytes).write(to: URL(filePath: path)) }
    }
  }
}

extension PictureSource {
  var names: [String] { (0..<count).map { name(at: $0) } }
}

extension ImageDataset {
  var labels: [Int] { (0..<count).map(label(at:)) }

  /// The top left pixel of every picture.
  func colors() throws -> [[UInt8]] {
    try (0..<count).map { index in
      switch try content(at: index) {
      case .encoded(let bytes):
        Array(try Image(bytes: bytes, name: name(at: index)).pixels.prefix(3))
      case .decoded(let image): Array(image.pixels.prefix(3))
      }
    }
  }
}

/// A tar archive, entry by entry.
struct TarBuilder {
  private(set) var bytes: [UInt8] = []

  /// - Parameter size: what the header states, where that isn't the content's size.
  mutating func add(
    _ name: String, _ content: [UInt8] = [], type: String = "0", prefix: String = "",
    magic: String = "ustar\u{0}00", size: [UInt8]? = nil
  ) {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ field: some Sequence<UInt8>, at offset: Int) {
      for (index, byte) in field.enumerated() { block[offset + index] = byte }
    }
    put(name.utf8.prefix(100), at: 0)
    put("0000644\u{0}".utf8, at: 100)
    put(size ?? Self.octal(content.count, digits: 11), at: 124)
    put("        ".utf8, at: 148)
    put(type.utf8, at: 156)
    put(magic.utf8, at: 257)
    put(prefix.utf8, at: 345)
    put(Self.octal(block.reduce(0) { $0 + Int($1) }, digits: 6), at: 148)
    bytes += block + content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  static func octal(_ value: Int, digits: Int) -> [UInt8] {
    let text = String(value, radix: 8)
    return Array((String(repeating: "0", count: digits - text.utf8.count) + text).utf8)
  }

  /// With the end mark.
  var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
