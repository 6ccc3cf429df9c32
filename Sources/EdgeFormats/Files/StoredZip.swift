import EdgeGraph

/// Writes a zip file of entries that are stored as they are, each from a multiple of 64 bytes on, as
/// `torch.save` does it (`caffe2/serialize/inline_container.cc`).
///
/// Layout: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
struct StoredZip: ~Copyable {
  /// What sizes of 32 bits hold, and numbers of 16 bits.
  static let byteLimit = Int(UInt32.max) - 1
  static let entryLimit = Int(UInt16.max) - 1

  private static let alignment = 64

  private var file: AtomicFile
  private var position = 0
  private var directory: [UInt8] = []
  private var count = 0

  init(_ path: String, byteCount: Int) throws(FormatError) {
    file = try AtomicFile(path, byteCount: byteCount)
  }

  mutating func add(_ name: String, _ content: [UInt8]) throws(FormatError) {
    try add(name, ArrayStorage(content))
  }

  /// - Precondition: all entries together stay below ``byteLimit``, their number below
  ///   ``entryLimit``.
  mutating func add(_ name: String, _ content: any TensorStorage) throws(FormatError) {
    let checksum = content.withBytes { CRC32.zip.checksum($0) }
    let padding = Self.padding(after: position + 30 + name.utf8.count)
    let size = UInt32(content.byteCount).littleEndianBytes
    // Version, flags, method, time, date; the date is the first that the format has, 1980-01-01.
    let common: [UInt8] =
      [0, 0, 0, 0, 0, 0, 0, 0, 0x21, 0] + checksum.littleEndianBytes + size + size
      + UInt16(name.utf8.count).littleEndianBytes
    let header =
      ZipArchive.signature.littleEndianBytes + common + UInt16(padding.count).littleEndianBytes
      + Array(name.utf8) + padding
    directory += UInt32(0x0201_4B50).littleEndianBytes + [0, 0] + common
    // Extra field, comment, disk, attributes.
    directory += Array(repeating: 0, count: 12) + UInt32(position).littleEndianBytes
    directory += Array(name.utf8)
    try file.write(header)
    try file.write(content)
    position += header.count + content.byteCount
    count += 1
  }

  consuming func commit() throws(FormatError) {
    let number = UInt16(count).littleEndianBytes
    var end = UInt32(0x0605_4B50).littleEndianBytes + [0, 0, 0, 0] + number + number
    end += UInt32(directory.count).littleEndianBytes + UInt32(position).littleEndianBytes + [0, 0]
    try file.write(directory + end)
    try file.commit()
  }

  /// An extra field of PyTorch's kind that ends at a multiple of the alignment.
  private static func padding(after position: Int) -> [UInt8] {
    let count = -(position + 4) & (alignment - 1)
    return Array("FB".utf8) + UInt16(count).littleEndianBytes
      + Array(repeating: UInt8(ascii: "Z"), count: count)
  }
}
