/// Lists of class names.
public enum Labels {
  /// The longest file that is read, in bytes.
  static let sizeLimit = 16 << 20

  /// Reads a text file with one name a line. Lines may end in CR LF, and the last need not end.
  public static func read(contentsOf path: String) throws(FormatError) -> [String] {
    let content = try TextFile.read(contentsOf: path, sizeLimit: sizeLimit).unicodeScalars
    var lines = content.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.last == "\r" ? $0.dropLast() : $0) }
    while lines.last == "" { lines.removeLast() }
    for (number, line) in lines.enumerated() where line.isEmpty {
      throw .malformed(
        path: path, place: "line \(number + 1)", expected: "a class name", found: "an empty line")
    }
    guard !lines.isEmpty else {
      throw .malformed(path: path, place: "file", expected: "a class name", found: "an empty file")
    }
    return lines
  }
}
