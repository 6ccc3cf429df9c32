/// The chunks of a WebP file.
struct RIFFContainer {
  private let bytes: ArraySlice<UInt8>
  /// Whether the file is as long as its header says.
  let isComplete: Bool

  init(_ bytes: [UInt8]) {
    let stated = bytes[...].integer(at: 4, size: 4, .littleEndian) ?? Int(UInt32.max)
    isComplete = stated <= bytes.count - 8
    self.bytes = bytes[...].prefix(stated + 8)
  }

  /// Calls `body` with every chunk's type and content, until it returns false.
  private func forEachChunk(_ body: (String, ArraySlice<UInt8>) -> Bool) {
    var offset = 12
    while let type = bytes.part(at: offset, count: 4),
      let length = bytes.integer(at: offset + 4, size: 4, .littleEndian),
      let content = bytes.part(at: offset + 8, count: length)
    {
      guard body(String(decoding: type, as: UTF8.self), content) else { return }
      offset += 8 + length + length % 2
    }
  }

  func metadata() -> ImageMetadata {
    var result = ImageMetadata()
    forEachChunk { type, content in
      if type == "EXIF" && result.exif.isEmpty { result.exif = Array(content) }
      if type == "XMP " && result.xmp.isEmpty { result.xmp = content }
      return true
    }
    return result
  }

  /// Where an animation's first frame lies on the canvas, and its own chunks.
  func firstFrame() -> (x: Int, y: Int, bitstream: ArraySlice<UInt8>)? {
    let headerSize = 16
    var frame: ArraySlice<UInt8>?
    forEachChunk { type, content in
      if type == "ANMF" { frame = content }
      return frame == nil
    }
    guard let frame, frame.count > headerSize,
      let x = frame.integer(at: 0, size: 3, .littleEndian),
      let y = frame.integer(at: 3, size: 3, .littleEndian)
    else { return nil }
    return (2 * x, 2 * y, frame.dropFirst(headerSize))
  }
}
