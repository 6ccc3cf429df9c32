/// Writes zip files, with or without what a test wants to be wrong.
struct ZipWriter {
  struct Entry {
    var name: String
    var content: [UInt8]
    /// Deflated, in blocks without compression.
    var isDeflated = false
    var flags: UInt16 = 0
    var method: UInt16?
    /// What the directory says in place of the truth.
    var statedByteCount: Int?
    var statedCompressedCount: Int?
    var statedOffset: Int?
  }

  var entries: [Entry]
  var isZip64 = false

  var bytes: [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = file.count
      let data = entry.isDeflated ? Self.deflated(entry.content) : entry.content
      let method = entry.method ?? (entry.isDeflated ? 8 : 0)
      file += 0x0403_4B50.littleEndian4 + [20, 0] + entry.flags.littleEndianBytes
      file += method.littleEndianBytes + Array(repeating: 0, count: 8)
      file += data.count.littleEndian4 + entry.content.count.littleEndian4
      file += UInt16(entry.name.utf8.count).littleEndianBytes + [0, 0]
      file += Array(entry.name.utf8) + data
      directory += record(
        entry, method, offset: entry.statedOffset ?? offset,
        compressed: entry.statedCompressedCount ?? data.count,
        count: entry.statedByteCount ?? entry.content.count)
    }
    return file + directory + end(directoryOffset: file.count, size: directory.count)
  }

  private func record(
    _ entry: Entry, _ method: UInt16, offset: Int, compressed: Int, count: Int
  ) -> [UInt8] {
    let sizes = [count, compressed, offset]
    let isWide = isZip64 || sizes.contains { $0 > 0xFFFF_FFFE }
    let extra = isWide ? [1, 0, 24, 0] + sizes.flatMap(\.littleEndianBytes) : []
    let narrow = isWide ? [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF] : sizes
    var bytes = 0x0201_4B50.littleEndian4 + [20, 0, 20, 0] + entry.flags.littleEndianBytes
    bytes += method.littleEndianBytes + Array(repeating: 0, count: 8)
    bytes += narrow[1].littleEndian4 + narrow[0].littleEndian4
    bytes += UInt16(entry.name.utf8.count).littleEndianBytes
    bytes += UInt16(extra.count).littleEndianBytes + Array(repeating: 0, count: 10)
    return bytes + narrow[2].littleEndian4 + Array(entry.name.utf8) + extra
  }

  private func end(directoryOffset: Int, size: Int) -> [UInt8] {
    let count = UInt16(entries.count)
    guard isZip64 else {
      return 0x0605_4B50.littleEndian4 + [0, 0, 0, 0] + count.littleEndianBytes
        + count.littleEndianBytes + size.littleEndian4 + directoryOffset.littleEndian4 + [0, 0]
    }
    var bytes = 0x0606_4B50.littleEndian4 + 44.littleEndianBytes + [45, 0, 45, 0]
    bytes += Array(repeating: 0, count: 8) + Int(count).littleEndianBytes
    bytes += Int(count).littleEndianBytes + size.littleEndianBytes
    bytes += directoryOffset.littleEndianBytes
    bytes += 0x0706_4B50.littleEndian4 + [0, 0, 0, 0]
    bytes += (directoryOffset + size).littleEndianBytes + [1, 0, 0, 0]
    bytes += 0x0605_4B50.littleEndian4 + [0, 0, 0, 0] + [0xFF, 0xFF, 0xFF, 0xFF]
    return bytes + Array(repeating: 0xFF, count: 8) + [0, 0]
  }

  private static func deflated(_ content: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = content[...]
    repeat {
      let block = rest.prefix(0xFFFF)
      rest = rest.dropFirst(block.count)
      let count = UInt16(block.count)
      bytes += [rest.isEmpty ? 1 : 0] + count.littleEndianBytes + (~count).littleEndianBytes + block
    } while !rest.isEmpty
    return bytes
  }
}

extension Int {
  fileprivate var littleEndian4: [UInt8] { UInt32(truncatingIfNeeded: self).littleEndianBytes }
}
