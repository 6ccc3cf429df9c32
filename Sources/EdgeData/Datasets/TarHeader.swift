/// One header block of a tar archive: ustar, GNU and the forms before them.
struct TarHeader {
  static let byteCount = 512
  private let block: [UInt8]

  /// - Precondition: `block` has 512 bytes.
  init(_ block: [UInt8]) {
    precondition(block.count == Self.byteCount, "\(block.count) bytes")
    self.block = block
  }

  /// A block of zeros, which ends the archive.
  var isEndMark: Bool { block.allSatisfy { $0 == 0 } }

  /// Whether the sum of the bytes, with the sum's own field as spaces, is the one that is stated;
  /// some old programs took bytes as signed.
  var hasRightChecksum: Bool {
    let field = 148..<156
    guard let stated = number(field) else { return false }
    var (unsigned, signed) = (0, 0)
    for (index, byte) in block.enumerated() {
      let value = field.contains(index) ? 0x20 : byte
      unsigned += Int(value)
      signed += Int(Int8(bitPattern: value))
    }
    return stated == unsigned || stated == signed
  }

  var type: UInt8 { block[156] }

  /// The size of the content that follows; nil where the field is no number from 0 on.
  var contentByteCount: Int? { number(124..<136) }

  /// The entry's path, unless a header before this one states another.
  var name: String {
    let name = text(0..<100)
    let prefix = block[257..<263].elementsEqual("ustar\0".utf8) ? text(345..<500) : ""
    return prefix.isEmpty ? name : prefix + "/" + name
  }

  private func text(_ field: Range<Int>) -> String {
    String(decoding: block[field].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Octal digits between spaces and zeros; or, with the highest bit set, a big-endian number.
  private func number(_ field: Range<Int>) -> Int? {
    let bytes = block[field]
    if let first = bytes.first, first >= 0x80 {
      guard first == 0x80, bytes.dropLast(8).dropFirst().allSatisfy({ $0 == 0 }) else { return nil }
      return Int(
        exactly: bytes.suffix(min(8, bytes.count - 1)).reduce(UInt64(0)) {
          $0 << 8 | UInt64($1)
        })
    }
    let digits = bytes.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }
}

/// The records `LENGTH KEY=VALUE\n` of a pax header; nil where they are damaged.
func paxRecords(_ bytes: [UInt8]) -> [String: String]? {
  var result: [String: String] = [:]
  var rest = bytes[...]
  while rest.first.map({ $0 != 0 }) ?? false {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty, digits.count <= 7,
      let length = Int(String(decoding: digits, as: UTF8.self)),
      length > digits.count + 1, length <= rest.count
    else { return nil }
    let record = rest.prefix(length)
    let field = record.dropFirst(digits.count)
    guard field.first == 0x20, record.last == 0x0A,
      let equals = field.firstIndex(of: UInt8(ascii: "="))
    else { return nil }
    let key = String(decoding: field[..<equals].dropFirst(), as: UTF8.self)
    result[key] = String(decoding: field[(equals + 1)...].dropLast(), as: UTF8.self)
    rest = rest.dropFirst(length)
  }
  return result
}
