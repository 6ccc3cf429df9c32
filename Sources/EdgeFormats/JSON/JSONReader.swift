/// Reads JSON (RFC 8259), strictly, to a bounded depth.
package struct JSONReader {
  /// What is wrong, and at which byte.
  package struct Problem: Error, Equatable {
    package let position: Int
    package let expected: String
  }

  static let depthLimit = 32

  private let bytes: [UInt8]
  private var position = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The one value that `bytes` hold, with spaces around it.
  package static func read(_ bytes: [UInt8]) throws(Problem) -> JSONValue {
    var reader = JSONReader(bytes)
    let value = try reader.value(depth: 0)
    reader.skipSpaces()
    guard reader.position == bytes.count else { throw reader.expected("the end") }
    return value
  }

  package static func read(_ text: String) throws(Problem) -> JSONValue {
    try read(Array(text.utf8))
  }

  private func expected(_ what: String) -> Problem { Problem(position: position, expected: what) }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpaces() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(Problem) -> JSONValue {
    guard depth < Self.depthLimit else { throw expected("less nesting") }
    skipSpaces()
    switch current {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws(Problem) -> JSONValue {
    let end = position + text.utf8.count
    guard end <= bytes.count, bytes[position..<end].elementsEqual(text.utf8) else {
      throw expected(text)
    }
    position = end
    return value
  }

  private mutating func object(depth: Int) throws(Problem) -> JSONValue {
    position += 1
    var members: [JSONValue.Member] = []
    skipSpaces()
    if accept("}") { return .object([]) }
    repeat {
      skipSpaces()
      guard current == UInt8(ascii: "\"") else { throw expected("a name") }
      let name = try string()
      skipSpaces()
      guard accept(":") else { throw expected("a colon") }
      members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
      skipSpaces()
    } while accept(",")
    guard accept("}") else { throw expected("a comma or }") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(Problem) -> JSONValue {
    position += 1
    var values: [JSONValue] = []
    skipSpaces()
    if accept("]") { return .array([]) }
    repeat {
      values.append(try value(depth: depth + 1))
      skipSpaces()
    } while accept(",")
    guard accept("]") else { throw expected("a comma or ]") }
    return .array(values)
  }

  private mutating func number() throws(Problem) -> JSONValue {
    let start = position
    var isInteger = true
    while let byte = current {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
      case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        isInteger = false
      default:
        return try number(bytes[start..<position], isInteger)
      }
      position += 1
    }
    return try number(bytes[start..<position], isInteger)
  }

  private func number(
    _ digits: ArraySlice<UInt8>, _ isInteger: Bool
  ) throws(Problem) -> JSONValue {
    let text = String(decoding: digits, as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard !text.hasPrefix("+"), !text.hasPrefix("."), let value = Double(text),
      value.isFinite
    else {
      throw expected("a value")
    }
    return .number(value)
  }

  // MARK: Strings

  private mutating func string() throws(Problem) -> String {
    position += 1
    let start = position
    while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      position += 1
    }
    let plain = bytes[start..<position]
    if accept("\"") { return try text(plain) }
    return try escapedString(Array(plain))
  }

  private mutating func escapedString(_ start: [UInt8]) throws(Problem) -> String {
    var content = start
    while let byte = current, byte >= 0x20 {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(content[...])
      case UInt8(ascii: "\\"): content += try escape()
      default: content.append(byte)
      }
    }
    throw expected("the end of a string")
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(Problem) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw expected("UTF-8") }
    return text
  }

  private mutating func escape() throws(Problem) -> [UInt8] {
    guard let byte = current else { throw expected("an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
    default: throw expected("an escape")
    }
  }

  /// The scalar after `\u`, of one unit or of a surrogate pair.
  private mutating func scalar() throws(Problem) -> Unicode.Scalar {
    let unit = try codeUnit()
    if let scalar = Unicode.Scalar(UInt32(unit)) { return scalar }
    guard unit < 0xDC00, accept("\\"), accept("u") else { throw expected("a surrogate pair") }
    let low = try codeUnit()
    guard (0xDC00..<0xE000).contains(low) else { throw expected("a low surrogate") }
    let code = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
    guard let scalar = Unicode.Scalar(code) else { throw expected("a character") }
    return scalar
  }

  private mutating func codeUnit() throws(Problem) -> UInt16 {
    let end = position + 4
    guard end <= bytes.count else { throw expected("four digits") }
    var unit: UInt16 = 0
    for byte in bytes[position..<end] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw expected("a hexadecimal digit")
      }
      unit = unit << 4 | UInt16(digit)
    }
    position = end
    return unit
  }
}
