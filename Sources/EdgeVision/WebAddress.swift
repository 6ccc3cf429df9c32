/// An http or https address, taken apart as far as a download needs it.
package struct WebAddress: Hashable, Sendable {
  package let text: String
  /// Where the path begins, or the query, or the text ends.
  private let pathStart: String.Index
  private let hostStart: String.Index

  /// Nil unless the text begins with http:// or https://, names a host and holds neither blanks
  /// nor control characters.
  package init?(_ text: String) {
    guard Self.hasWebScheme(text), let schemeEnd = text.firstIndex(of: "/"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { return nil }
    let authority = text.index(schemeEnd, offsetBy: 2)
    pathStart = text[authority...].firstIndex { "/?#".contains($0) } ?? text.endIndex
    let user = text[authority..<pathStart].lastIndex(of: "@")
    hostStart = user.map { text.index(after: $0) } ?? authority
    self.text = text
    if hostStart == pathStart { return nil }
  }

  static func hasWebScheme(_ text: String) -> Bool {
    let start = text.prefix(8).lowercased()
    return start.hasPrefix("http://") || start.hasPrefix("https://")
  }

  /// Path and query, as sent to the server.
  var path: Substring { text[pathStart...] }

  /// The path's last part.
  var lastComponent: Substring {
    let path = text[pathStart...].prefix { $0 != "?" && $0 != "#" }
    return path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path
  }

  /// The same path at another server; the server may itself end in a path.
  package func moved(to server: WebAddress) -> WebAddress? {
    let base = server.text.hasSuffix("/") ? String(server.text.dropLast()) : server.text
    return WebAddress(base + path)
  }

  /// A file name that stands for this address alone: host and path in safe characters, a hash of
  /// the whole text, and the extension. A user's name and password stay out of it.
  package var fileName: String {
    let visible = text[hostStart...].prefix { $0 != "?" && $0 != "#" }
    let dot = lastComponent.lastIndex(of: ".")
    let ending = dot.map { Self.safe(visible[$0...]) } ?? ""
    let isExtension = (2...12).contains(ending.count)
    let stem = isExtension ? visible[..<(dot ?? visible.endIndex)] : visible
    let digits = String(hash, radix: 16)
    let padding = String(repeating: "0", count: 16 - digits.count)
    return "\(Self.safe(stem).suffix(120))-\(padding)\(digits)" + (isExtension ? ending : "")
  }

  private static func safe(_ text: Substring) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0)) ? $0 : "_" })
  }

  /// FNV-1a, 64 bits.
  private var hash: UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
