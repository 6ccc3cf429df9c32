/// Reads the part of YAML that configurations need: options with a scalar or a list of scalars each.
///
/// One option a line, `name: value`. The value is plain, in quotes, or a list: `[a, b]`, or one line
/// with `- a` for each item below the name. Other YAML is refused, and the error says what belongs
/// in its place.
struct SettingsReader {
  struct Scalar {
    let text: String
    let isPlain: Bool
  }

  struct Entry {
    let name: String
    /// Counts from 1.
    let line: Int
    /// One where there is no list; empty text where the line ends after the name.
    fileprivate(set) var scalars: [Scalar]
    fileprivate(set) var isList: Bool
    /// Whether items may follow, and in which column where there is one already.
    fileprivate var takesItems = false
    fileprivate var indentation: Int?
  }

  private let path: String
  private(set) var entries: [Entry] = []
  private var hasMarker = false
  private var line = 0
  private var bytes: [UInt8] = []
  private var position = 0

  init(path: String) { self.path = path }

  private func expected(_ what: String) -> RecipeError {
    .syntax(path: path, line: line, problem: "expected \(what)")
  }

  // MARK: Lines

  /// Reads the next line, without its line feed.
  mutating func read(_ content: some Sequence<UInt8>) throws(RecipeError) {
    line += 1
    (bytes, position) = (Array(content), 0)
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard !bytes.contains(where: { $0 < 0x20 && $0 != UInt8(ascii: "\t") }) else {
      throw expected("no control characters but escaped ones in quotes, as in \"\\u0007\"")
    }
    skipSpaces()
    if isAtEnd { return }
    guard !bytes[..<position].contains(UInt8(ascii: "\t")) else {
      throw expected("spaces instead of tabs at the start of the line")
    }
    if current == UInt8(ascii: "-"), isBreak(at: position + 1) {
      try readItem()
    } else if position > 0 {
      throw expected("an option at the start of the line, or an item of a list, as in '  - a'")
    } else if bytes.starts(with: "---".utf8), isBreak(at: 3) {
      guard entries.isEmpty, !hasMarker else { throw expected("'---' only once, at the start") }
      hasMarker = true
      position = 3
    } else {
      try readOption()
    }
    skipSpaces()
    guard isAtEnd else { throw expected("the end of the line after the value") }
  }

  private mutating func readOption() throws(RecipeError) {
    let colon = bytes.indices.first { bytes[$0] == UInt8(ascii: ":") && isBreak(at: $0 + 1) }
    guard let colon, colon <= 64, !"-?:,[]{}&*!|>'\"%@`".utf8.contains(bytes[0]) else {
      throw expected("an option, as in 'lr: 0.001'")
    }
    let name = Self.trimmed(bytes[..<colon])
    position = colon + 1
    skipSpaces()
    let isEmpty = isAtEnd
    let isList = !isEmpty && accept("[")
    let scalars =
      isEmpty ? [Scalar(text: "", isPlain: true)] : isList ? try list() : [try scalar()]
    entries.append(
      Entry(name: name, line: line, scalars: scalars, isList: isList, takesItems: isEmpty))
  }

  private mutating func readItem() throws(RecipeError) {
    guard let last = entries.indices.last, entries[last].takesItems,
      entries[last].indentation ?? position == position
    else { throw expected("an option, as in 'lr: 0.001', or an item right below another") }
    if !entries[last].isList { (entries[last].isList, entries[last].scalars) = (true, []) }
    entries[last].indentation = position
    position += 1
    skipSpaces()
    entries[last].scalars.append(try scalar())
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpaces() {
    while let current, Self.isSpace(current) { position += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Whether the line ends here, or only a comment follows.
  private var isAtEnd: Bool {
    guard let current else { return true }
    return current == UInt8(ascii: "#") && (position == 0 || Self.isSpace(bytes[position - 1]))
  }

  private func isBreak(at index: Int, inList: Bool = false) -> Bool {
    index >= bytes.count || Self.isSpace(bytes[index])
      || (inList && ",[]{}".utf8.contains(bytes[index]))
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? bytes.startIndex
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  // MARK: Values

  /// What follows `[`.
  private mutating func list() throws(RecipeError) -> [Scalar] {
    var scalars: [Scalar] = []
    skipSpaces()
    while !accept("]") {
      scalars.append(try scalar(inList: true))
      skipSpaces()
      guard accept(",") || current == UInt8(ascii: "]") else {
        throw expected("',' or ']' on the line of the list")
      }
      skipSpaces()
    }
    return scalars
  }

  private mutating func scalar(inList: Bool = false) throws(RecipeError) -> Scalar {
    if accept("'") { return Scalar(text: try singleQuoted(), isPlain: false) }
    if accept("\"") { return Scalar(text: try doubleQuoted(), isPlain: false) }
    return Scalar(text: try plain(inList: inList), isPlain: true)
  }

  private mutating func plain(inList: Bool) throws(RecipeError) -> String {
    guard let current, !isAtEnd else { throw expected("a value on the same line") }
    let isWord = "-?:".utf8.contains(current) && !isBreak(at: position + 1, inList: inList)
    guard isWord || !"-?:,[]{}#&*!|>%@`".utf8.contains(current) else {
      throw expected(
        "a value; text that starts with '\(Unicode.Scalar(current))' needs quotes "
          + "(mappings, lists in lists, blocks of text, aliases and tags are not read)")
    }
    let start = position
    while position < bytes.count, !isAtEnd {
      if inList, ",[]{}".utf8.contains(bytes[position]) { break }
      guard bytes[position] != UInt8(ascii: ":") || !isBreak(at: position + 1, inList: inList)
      else { throw expected("one value; text with ': ' needs quotes (mappings are not read)") }
      position += 1
    }
    return Self.trimmed(bytes[start..<position])
  }

  private mutating func singleQuoted() throws(RecipeError) -> String {
    var content: [UInt8] = []
    while let byte = current {
      position += 1
      if byte == UInt8(ascii: "'"), !accept("'") { return String(decoding: content, as: UTF8.self) }
      content.append(byte)
    }
    throw expected("a closing ' on the same line")
  }

  private mutating func doubleQuoted() throws(RecipeError) -> String {
    var content: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"): content += String(try escaped()).utf8
      default: content.append(byte)
      }
    }
    throw expected("a closing \" on the same line")
  }

  // MARK: Escapes

  /// Those of YAML 1.2 (section 5.7), and JSON's pairs of `\u`.
  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "0"): "\0", UInt8(ascii: "a"): "\u{7}", UInt8(ascii: "b"): "\u{8}",
    UInt8(ascii: "t"): "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "v"): "\u{B}",
    UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "r"): "\r", UInt8(ascii: "e"): "\u{1B}",
    UInt8(ascii: "N"): "\u{85}", UInt8(ascii: "_"): "\u{A0}", UInt8(ascii: "L"): "\u{2028}",
    UInt8(ascii: "P"): "\u{2029}", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
    UInt8(ascii: "\""): "\"", UInt8(ascii: " "): " ", UInt8(ascii: "\t"): "\t",
  ]

  private mutating func escaped() throws(RecipeError) -> Unicode.Scalar {
    if accept("x") { return try scalar(code: code(digits: 2)) }
    if accept("U") { return try scalar(code: code(digits: 8)) }
    if accept("u") {
      let unit = try code(digits: 4)
      guard (0xD800..<0xDC00).contains(unit), accept("\\"), accept("u") else {
        return try scalar(code: unit)
      }
      let low = try code(digits: 4)
      guard (0xDC00..<0xE000).contains(low) else { throw expected("the second half of a pair") }
      return try scalar(code: 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    }
    guard let scalar = current.flatMap({ Self.escapes[$0] }) else {
      throw expected("an escape after \\, such as \\n or \\u00e9; paths can stand in single quotes")
    }
    position += 1
    return scalar
  }

  private mutating func code(digits: Int) throws(RecipeError) -> UInt32 {
    let end = min(position + digits, bytes.count)
    let text = String(decoding: bytes[position..<end], as: UTF8.self)
    guard text.utf8.count == digits, text.utf8.first != UInt8(ascii: "+"),
      let code = UInt32(text, radix: 16)
    else { throw expected("\(digits) hexadecimal digits in an escape") }
    position = end
    return code
  }

  private func scalar(code: UInt32) throws(RecipeError) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(code) else { throw expected("the code of a character") }
    return scalar
  }
}
