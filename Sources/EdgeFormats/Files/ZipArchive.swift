/// A zip file as PyTorch writes it: entries stored or deflated, zip64 where needed.
///
/// Layout: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory),
/// 4.3.14 to 4.3.16 (ends of the directory) and 4.5.3 (zip64 sizes).
struct ZipArchive {
  struct Entry: Equatable {
    let name: String
    let method: UInt16
    let checksum: UInt32
    let headerOffset: Int
    let compressedCount: Int
    let byteCount: Int
    /// Where the content starts in the file; known once the local header was read.
    var contentOffset = 0
  }

  static let signature: UInt32 = 0x0403_4B50

  let file: ByteSlice
  private(set) var entries: [String: Entry] = [:]

  private var path: String { file.bytes.path }

  init(_ file: ByteSlice) throws(FormatError) {
    self.file = file
    let directory = try ZipDirectory(file)
    var ordered: [Entry] = []
    ordered.reserveCapacity(directory.count)
    entries.reserveCapacity(directory.count)
    var position = directory.offset
    for _ in 0..<directory.count {
      var entry = try directory.entry(at: &position)
      entry.contentOffset = try contentOffset(of: entry, limit: directory.offset)
      guard entries.updateValue(entry, forKey: entry.name) == nil else {
        throw .duplicate(path: path, place: "zip directory", name: entry.name)
      }
      ordered.append(entry)
    }
    try checkOverlap(&ordered)
  }

  /// The bytes of an entry: a part of the file, or inflated within the budget.
  func content(of entry: Entry, _ budget: inout MemoryBudget) throws(FormatError) -> ByteSlice {
    let place = "entry '\(entry.name)'"
    guard let stored = file.slice(at: entry.contentOffset, count: entry.compressedCount) else {
      throw truncated(entry)
    }
    switch entry.method {
    case 0:
      return stored
    case 8:
      // Deflate cannot shrink by more than 1032 to 1.
      guard entry.byteCount / 1032 <= entry.compressedCount else {
        throw .malformed(
          path: path, place: place, expected: "at most 1032 bytes for each deflated one",
          found: "\(entry.byteCount) from \(entry.compressedCount)")
      }
      try budget.take(entry.byteCount, path: path, place: place)
      return ByteSlice(
        try MappedBytes(
          inflating: stored, byteCount: entry.byteCount, checksum: entry.checksum, place: place))
    default:
      throw .unsupported(
        path: path, place: place, feature: "compression method \(entry.method)",
        advice: "zip it with stored or deflated entries")
    }
  }

  private func contentOffset(of entry: Entry, limit: Int) throws(FormatError) -> Int {
    guard let signature = file.load(at: entry.headerOffset, as: UInt32.self),
      let nameCount = file.load(at: entry.headerOffset + 26, as: UInt16.self),
      let extraCount = file.load(at: entry.headerOffset + 28, as: UInt16.self)
    else { throw truncated(entry) }
    guard signature == Self.signature else {
      throw .malformed(
        path: path, place: "entry '\(entry.name)'",
        expected: "a local header at byte \(entry.headerOffset)",
        found: "signature \(signature)")
    }
    let offset = entry.headerOffset + 30 + Int(nameCount) + Int(extraCount)
    guard offset <= limit, entry.compressedCount <= limit - offset else { throw truncated(entry) }
    guard entry.method != 0 || entry.compressedCount == entry.byteCount else {
      throw .malformed(
        path: path, place: "entry '\(entry.name)'", expected: "\(entry.byteCount) stored bytes",
        found: "\(entry.compressedCount)")
    }
    return offset
  }

  private func checkOverlap(_ ordered: inout [Entry]) throws(FormatError) {
    ordered.sort { $0.headerOffset < $1.headerOffset }
    for (entry, next) in zip(ordered, ordered.dropFirst())
    where entry.contentOffset + entry.compressedCount > next.headerOffset {
      throw .malformed(
        path: path, place: "entry '\(next.name)'",
        expected: "bytes of its own", found: "bytes of entry '\(entry.name)'")
    }
  }

  private func truncated(_ entry: Entry) -> FormatError {
    .malformed(
      path: path, place: "entry '\(entry.name)'", expected: "its bytes within the file",
      found: "an end past byte \(file.byteCount)")
  }
}
