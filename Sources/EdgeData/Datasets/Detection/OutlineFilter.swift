/// Takes the outlines of objects out of the text of a COCO file, of which they are the most: decoding
/// would hold all their numbers, and boxes need none. Values of `segmentation` become 0; what isn't
/// JSON doesn't become any.
enum OutlineFilter {
  private static let name = Array("\"segmentation\"".utf8)

  static func withoutOutlines(_ text: [UInt8]) -> [UInt8] {
    let bytes = text.span
    var result: [UInt8] = []
    var (position, copied) = (0, 0)
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "\"") else {
        position += 1
        continue
      }
      let start = position
      position = endOfString(bytes, from: start)
      guard isName(bytes, start..<position), let value = value(bytes, after: position) else {
        continue
      }
      result += text[copied..<value]
      result.append(UInt8(ascii: "0"))
      position = endOfValue(bytes, from: value)
      copied = position
    }
    return result + text[copied...]
  }

  private static func isName(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    range.count == name.count
      && name.indices.allSatisfy { bytes[range.lowerBound + $0] == name[$0] }
  }

  /// Where the value of a name begins; nil where there is none, as of a string that is a value.
  private static func value(_ bytes: Span<UInt8>, after name: Int) -> Int? {
    var position = afterSpaces(bytes, from: name)
    guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { return nil }
    position = afterSpaces(bytes, from: position + 1)
    return position < bytes.count ? position : nil
  }

  private static func afterSpaces(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
    return position
  }

  /// Behind the closing quotation mark.
  private static func endOfString(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, bytes.count)
  }

  private static func endOfValue(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var (position, depth) = (start, 0)
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if depth == 0 { return position }
        depth -= 1
        if depth == 0 { return position + 1 }
      case UInt8(ascii: ",") where depth == 0:
        return position
      case UInt8(ascii: "\""):
        position = endOfString(bytes, from: position)
        continue
      default:
        break
      }
      position += 1
    }
    return position
  }
}
