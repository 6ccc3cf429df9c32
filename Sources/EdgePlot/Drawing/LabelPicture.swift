/// A picture of class numbers, one byte a pixel, as data sets for segmentation keep them.
public struct LabelPicture: Sendable, Equatable {
  public let width, height: Int
  /// `[height, width]`.
  public let labels: [UInt8]

  /// - Throws: ``PlotError/invalidMask(width:height:found:)`` where there isn't a label for each
  ///   pixel, or a side is below 1 or above 32767 pixels.
  public init(width: Int, height: Int, labels: [UInt8]) throws(PlotError) {
    let sides = 1...Canvas.sideLimit
    guard sides.contains(width), sides.contains(height), width * height <= Canvas.pixelLimit,
      labels.count == width * height
    else {
      throw .invalidMask(width: width, height: height, found: labels.count)
    }
    self.width = width
    self.height = height
    self.labels = labels
  }

  /// A PNG file whose values are the class numbers; its palette has the colors that
  /// ``PictureOverlay`` tints classes with, and white for 255.
  public func png() -> [UInt8] {
    let header = Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height)) + [8, 3, 0, 0, 0]
    let palette = ClassPalette.colors.dropLast().flatMap(\.bytes) + [255, 255, 255]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header)
      + Self.chunk("PLTE", palette) + Self.chunk("IDAT", RunDeflate.zlib(filtered))
      + Self.chunk("IEND", [])
  }

  /// Every row after the number of its filter, "up": differences to the row above, which are mostly
  /// zeros.
  private var filtered: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity((width + 1) * height)
    for y in 0..<height {
      result.append(2)
      for x in 0..<width {
        let above = y > 0 ? labels[(y - 1) * width + x] : 0
        result.append(labels[y * width + x] &- above)
      }
    }
    return result
  }

  private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + content
    return bigEndian(UInt32(content.count)) + body + bigEndian(crc(body))
  }

  /// CRC-32 as PNG has it (annex D of its specification).
  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { crc, byte in
      crc >> 8 ^ crcTable[Int((crc ^ UInt32(byte)) & 0xFF)]
    }
  }

  private static let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
    }
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
