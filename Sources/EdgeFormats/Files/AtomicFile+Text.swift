extension AtomicFile {
  /// Writes a text file that appears whole or not at all.
  package static func write(_ text: String, to path: String) throws(FormatError) {
    let bytes = Array(text.utf8)
    var file = try AtomicFile(path, byteCount: bytes.count)
    try file.write(bytes)
    try file.commit()
  }
}
