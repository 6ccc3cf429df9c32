/// Where the files of a tar archive lie in it: made by one pass over the headers, which are checked;
/// contents are skipped. Nothing is ever unpacked, so that names are only names.
struct TarIndex: Sendable {
  struct Entry: Sendable {
    /// Without `.` components; no component begins with a dot.
    let name: String
    let offset, byteCount: Int
  }

  let file: OpenFile
  private(set) var files: [Entry] = []
  private(set) var folders: [String] = []

  /// - Throws: ``DatasetError/compressed(path:format:advice:)``,
  ///   ``DatasetError/unrecognized(path:found:)``, or what is wrong where in the archive.
  init(_ path: String) throws(DatasetError) {
    file = try OpenFile(path)
    try Self.checkSignature(file)
    var scanner = TarScanner(file: file)
    while let entry = try scanner.next() {
      guard let name = Self.visible(entry.name) else { continue }
      switch entry.kind {
      case .folder: folders.append(name)
      case .file:
        files.append(Entry(name: name, offset: entry.offset, byteCount: entry.byteCount))
      case .link where isPicture(name: name, start: { [] }):
        throw .unsupported(
          path: path, place: "'\(name)'", feature: "a link in place of a picture",
          advice: "make the archive with tar --dereference --hard-dereference")
      case .link, .other: break
      }
    }
  }

  /// The folder that holds everything, with `/` at its end; empty where there is none. A folder
  /// with files directly in it and no folders is a class, not a root.
  var root: String {
    var root = ""
    while let name = files.first.flatMap({ part(of: $0.name, below: root) }),
      let slash = name.firstIndex(of: "/")
    {
      let deeper = root + name[...slash]
      let parts = files.map { part(of: $0.name, below: deeper) }
      guard parts.allSatisfy({ $0 != nil }),
        parts.contains(where: { $0?.contains("/") ?? false })
      else { break }
      root = deeper
    }
    return root
  }

  /// The names of the folders directly below one, which ends in `/` or is empty.
  func folders(below root: String) -> Set<String> {
    var result: Set<String> = []
    for folder in folders {
      if let first = part(of: folder, below: root)?.split(separator: "/").first {
        result.insert(String(first))
      }
    }
    for entry in files {
      if let rest = part(of: entry.name, below: root), let slash = rest.firstIndex(of: "/") {
        result.insert(String(rest[..<slash]))
      }
    }
    return result
  }

  /// The end of a path that begins with a folder's, nil if it doesn't.
  func part(of name: String, below root: String) -> Substring? {
    guard name.utf8.starts(with: root.utf8) else { return nil }
    return name[name.utf8.index(name.startIndex, offsetBy: root.utf8.count)...]
  }

  /// The path without `.` and empty components; nil where one begins with another dot.
  private static func visible(_ name: String) -> String? {
    if isPlain(name) { return name }
    let components = name.split(separator: "/").filter { $0 != "." }
    guard !components.isEmpty, !components.contains(where: { $0.hasPrefix(".") }) else {
      return nil
    }
    return components.joined(separator: "/")
  }

  /// Whether no component is empty or begins with a dot: of most names, and quickly found.
  private static func isPlain(_ name: String) -> Bool {
    let slash = UInt8(ascii: "/")
    var previous = slash
    for byte in name.utf8 {
      if previous == slash && (byte == slash || byte == UInt8(ascii: ".")) { return false }
      previous = byte
    }
    return previous != slash
  }

  private static func checkSignature(_ file: OpenFile) throws(DatasetError) {
    let start = try file.bytes(at: 0, count: min(TarHeader.byteCount, file.byteCount))
    let compressions: [(signature: [UInt8], format: String, command: String)] = [
      ([0x1F, 0x8B], "gzip", "gunzip -k"), (Array("BZh".utf8), "bzip2", "bunzip2 -k"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz", "unxz -k"),
      ([0x28, 0xB5, 0x2F, 0xFD], "zstd", "unzstd"), (Array("PK\u{3}\u{4}".utf8), "zip", "unzip"),
    ]
    if let found = compressions.first(where: { start.starts(with: $0.signature) }) {
      throw .compressed(
        path: file.path, format: found.format,
        advice: "unpack it first: \(found.command) '\(file.path)'")
    }
    guard start.count == TarHeader.byteCount else {
      throw .unrecognized(path: file.path, found: "a file of \(start.count) bytes")
    }
    let header = TarHeader(start)
    guard header.hasRightChecksum || header.isEndMark else {
      throw .unrecognized(
        path: file.path,
        found: ImageFormat(detecting: start).map { "a \($0.rawValue) file" }
          ?? ImageFormat.nameOfOther(start).map { "a \($0) file" })
    }
  }
}
