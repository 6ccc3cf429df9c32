extension AtomicFile {
  /// Writes a text file that appears whole or not at all.
  package static func write(_ text: String, to path: String) throws(FormatError) {
    try write(Array(text.utf8), to: path)
  }

  /// Writes a file that appears whole or not at all.
  package static func write(_ bytes: [UInt8], to path: String) throws(FormatError) {
    var file = try AtomicFile(path, byteCount: bytes.count)
    try file.write(bytes)
    try file.commit()
  }
}
