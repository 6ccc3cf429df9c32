/// Whole files of text.
package enum TextFile {
  /// Reads a regular file of at most `sizeLimit` bytes; a byte order mark is left out.
  package static func read(
    contentsOf path: String, sizeLimit: Int
  ) throws(FormatError) -> String {
    let file = ByteSlice(try MappedBytes(contentsOf: path))
    guard file.byteCount <= sizeLimit else {
      throw .limit(path: path, place: "file", quantity: "its size in bytes", limit: sizeLimit)
    }
    guard let bytes = file.array(at: 0, count: file.byteCount),
      let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\0")
    else {
      throw .malformed(path: path, place: "file", expected: "text in UTF-8", found: "other bytes")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
  }
}
