/// Goes through the entries of a tar archive. Every step moves forward in the file, and every size
/// is checked against it before it is used.
struct TarScanner {
  enum Kind {
    case file, folder, link, other
  }

  struct Entry {
    let name: String
    let kind: Kind
    let offset, byteCount: Int
  }

  let file: OpenFile
  private var position = 0
  /// What headers before an entry say about it.
  private var longName, paxName: String?
  private var paxByteCount: Int?
  /// GNU's programs and pax keep names in the content of a block of their own; longer ones than
  /// this are no paths.
  private static let longestExtension = 1 << 20

  init(file: OpenFile) { self.file = file }

  /// The next entry; nil after the last.
  mutating func next() throws(DatasetError) -> Entry? {
    while true {
      let header = try nextHeader()
      if header.isEndMark { return nil }
      guard let stated = header.contentByteCount else {
        throw malformed("a size", "a field that is no number from 0 on")
      }
      switch header.type {
      case UInt8(ascii: "L"):
        longName = String(decoding: try extensionContent(stated).prefix { $0 != 0 }, as: UTF8.self)
      case UInt8(ascii: "x"): try readPax(stated)
      case UInt8(ascii: "K"), UInt8(ascii: "g"): _ = try content(stated)
      default: return try entry(header, stated)
      }
    }
  }

  private mutating func entry(_ header: TarHeader, _ stated: Int) throws(DatasetError) -> Entry {
    let name = paxName ?? longName ?? header.name
    let kind: Kind
    switch header.type {
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): kind = name.hasSuffix("/") ? .folder : .file
    case UInt8(ascii: "1"), UInt8(ascii: "2"): kind = .link
    case UInt8(ascii: "5"): kind = .folder
    case UInt8(ascii: "S"):
      throw .unsupported(
        path: file.path, place: "'\(name)'", feature: "a sparse file",
        advice: "make the archive without --sparse")
    default: kind = .other
    }
    // Links, devices, folders and pipes have no content, whatever their size field says.
    let hasContent = !(UInt8(ascii: "1")...UInt8(ascii: "6")).contains(header.type)
    let range = try content(hasContent ? paxByteCount ?? stated : 0)
    (longName, paxName, paxByteCount) = (nil, nil, nil)
    return Entry(name: name, kind: kind, offset: range.lowerBound, byteCount: range.count)
  }

  private mutating func nextHeader() throws(DatasetError) -> TarHeader {
    guard position <= file.byteCount - TarHeader.byteCount else {
      throw malformed("a header or the end mark", "the end of the file")
    }
    let header = TarHeader(try file.bytes(at: position, count: TarHeader.byteCount))
    guard header.isEndMark || header.hasRightChecksum else {
      throw malformed("a header", "a block whose checksum is wrong")
    }
    return header
  }

  /// Where the content after the present header lies; the position moves on to the next header.
  private mutating func content(_ byteCount: Int) throws(DatasetError) -> Range<Int> {
    let start = position + TarHeader.byteCount
    guard byteCount <= file.byteCount - start else {
      throw malformed("\(byteCount) bytes of content", "\(file.byteCount - start)")
    }
    let end = start + byteCount
    position = end + (TarHeader.byteCount - byteCount % TarHeader.byteCount) % TarHeader.byteCount
    return start..<end
  }

  private mutating func extensionContent(_ byteCount: Int) throws(DatasetError) -> [UInt8] {
    guard byteCount <= Self.longestExtension else {
      throw malformed("a name of at most \(Self.longestExtension) bytes", "\(byteCount)")
    }
    return try file.bytes(at: try content(byteCount).lowerBound, count: byteCount)
  }

  private mutating func readPax(_ byteCount: Int) throws(DatasetError) {
    let place = position
    guard let records = paxRecords(try extensionContent(byteCount)) else {
      position = place
      throw malformed("records of a pax header", "others")
    }
    if records.keys.contains(where: { $0.hasPrefix("GNU.sparse.") }) {
      throw .unsupported(
        path: file.path, place: "byte \(place)", feature: "a sparse file",
        advice: "make the archive without --sparse")
    }
    paxName = records["path"] ?? paxName
    guard let size = records["size"] else { return }
    guard let size = Int(size), size >= 0 else {
      position = place
      throw malformed("a size from 0 on", "'\(size)'")
    }
    paxByteCount = size
  }

  private func malformed(_ expected: String, _ found: String) -> DatasetError {
    .malformed(path: file.path, place: "byte \(position)", expected: expected, found: found)
  }
}
