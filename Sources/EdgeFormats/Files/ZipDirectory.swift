/// The central directory of a zip file: where it starts, how many entries it has, and each of them.
struct ZipDirectory {
  let file: ByteSlice
  private(set) var offset: Int
  private(set) var count: Int
  private var end: Int

  private var path: String { file.bytes.path }

  init(_ file: ByteSlice) throws(FormatError) {
    self.file = file
    guard let record = Self.endRecord(file) else {
      throw .malformed(
        path: file.bytes.path, place: "end of the file", expected: "a zip directory",
        found: "none")
    }
    count = Int(file.load(at: record + 10, as: UInt16.self) ?? 0)
    let size = Int(file.load(at: record + 12, as: UInt32.self) ?? 0)
    offset = Int(file.load(at: record + 16, as: UInt32.self) ?? 0)
    end = offset + size
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      try readZip64(before: record)
    }
    guard end <= record, count <= (end - offset) / 46 else {
      throw .malformed(
        path: path, place: "zip directory", expected: "\(count) entries before byte \(record)",
        found: "bytes \(offset) to \(end)")
    }
  }

  /// The entry at `position`, which moves on to the next.
  func entry(at position: inout Int) throws(FormatError) -> ZipArchive.Entry {
    guard position <= end - 46,
      file.load(at: position, as: UInt32.self) == 0x0201_4B50,
      let flags = file.load(at: position + 8, as: UInt16.self),
      let method = file.load(at: position + 10, as: UInt16.self),
      let checksum = file.load(at: position + 16, as: UInt32.self),
      let compressed = file.load(at: position + 20, as: UInt32.self),
      let inflated = file.load(at: position + 24, as: UInt32.self),
      let nameCount = file.load(at: position + 28, as: UInt16.self).map(Int.init),
      let extraCount = file.load(at: position + 30, as: UInt16.self).map(Int.init),
      let commentCount = file.load(at: position + 32, as: UInt16.self).map(Int.init),
      let header = file.load(at: position + 42, as: UInt32.self),
      let name = file.text(at: position + 46, count: nameCount),
      position + 46 + nameCount + extraCount + commentCount <= end
    else {
      throw .malformed(
        path: path, place: "zip directory", expected: "an entry at byte \(position)",
        found: "something else")
    }
    guard flags & 1 == 0 else {
      throw .unsupported(
        path: path, place: "entry '\(name)'", feature: "encryption",
        advice: "save the checkpoint without it")
    }
    let sizes = try wideSizes(
      [inflated, compressed, header], name: name,
      extra: position + 46 + nameCount, count: extraCount)
    position += 46 + nameCount + extraCount + commentCount
    return ZipArchive.Entry(
      name: name, method: method, checksum: checksum, headerOffset: sizes[2],
      compressedCount: sizes[1], byteCount: sizes[0])
  }

  /// The record closest to the end whose comment reaches exactly to it.
  private static func endRecord(_ file: ByteSlice) -> Int? {
    let last = file.byteCount - 22
    guard last >= 0 else { return nil }
    for position in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
    where file.load(at: position, as: UInt32.self) == 0x0605_4B50 {
      let comment = Int(file.load(at: position + 20, as: UInt16.self) ?? 0)
      if position + 22 + comment == file.byteCount { return position }
    }
    return nil
  }

  private mutating func readZip64(before record: Int) throws(FormatError) {
    guard file.load(at: record - 20, as: UInt32.self) == 0x0706_4B50,
      let position = file.load(at: record - 12, as: UInt64.self).flatMap(Int.init(exactly:)),
      position <= record - 20 - 56,
      file.load(at: position, as: UInt32.self) == 0x0606_4B50,
      let count = file.load(at: position + 32, as: UInt64.self).flatMap(Int.init(exactly:)),
      let size = file.load(at: position + 40, as: UInt64.self).flatMap(Int.init(exactly:)),
      let offset = file.load(at: position + 48, as: UInt64.self).flatMap(Int.init(exactly:)),
      offset <= position, size <= position - offset
    else {
      throw .malformed(
        path: path, place: "end of the file", expected: "a zip64 directory", found: "none")
    }
    self.count = count
    self.offset = offset
    end = offset + size
  }

  /// Sizes that do not fit 32 bits stand, in this order, in the extra field of type 1.
  private func wideSizes(
    _ narrow: [UInt32], name: String, extra: Int, count: Int
  ) throws(FormatError) -> [Int] {
    guard narrow.contains(0xFFFF_FFFF) else { return narrow.map(Int.init) }
    var field = zip64Field(extra: extra, count: count)
    var sizes: [Int] = []
    for size in narrow {
      guard size == 0xFFFF_FFFF else {
        sizes.append(Int(size))
        continue
      }
      guard field.count >= 8, let wide = file.load(at: field.lowerBound, as: UInt64.self),
        let size = Int(exactly: wide), size <= file.byteCount * 1032
      else {
        throw .malformed(
          path: path, place: "entry '\(name)'", expected: "sizes within the file",
          found: "a zip64 field that lacks them")
      }
      field = (field.lowerBound + 8)..<field.upperBound
      sizes.append(size)
    }
    return sizes
  }

  private func zip64Field(extra: Int, count: Int) -> Range<Int> {
    var position = extra
    while position + 4 <= extra + count,
      let type = file.load(at: position, as: UInt16.self),
      let size = file.load(at: position + 2, as: UInt16.self)
    {
      let start = position + 4
      let end = min(start + Int(size), extra + count)
      if type == 1 { return start..<end }
      position = end
    }
    return extra..<extra
  }
}
