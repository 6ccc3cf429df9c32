/// What the detection and the segmentation sets of Pascal VOC have in common: lists of pictures by
/// part (`ImageSets/KIND/PART.txt`), and files of the same names in a folder for each purpose.
struct VOCLayout {
  let path: String
  /// `Main` or `Segmentation`.
  let kind: String
  /// The names of the lists.
  let parts: Set<String>
  /// Lists of a data set have at most some tens of thousands of lines.
  private static let listByteLimit = 1 << 26
  private static let namesByteLimit = 1 << 20

  init(_ path: String, kind: String) throws(DatasetError) {
    self.path = path
    self.kind = kind
    let ending = ".txt"
    parts = Set(
      try FolderListing(joinPath(path, "ImageSets/\(kind)")).files
        .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) })
  }

  /// An entry of a list.
  struct Entry {
    let identifier: String
    /// The list with the line.
    let place: String
  }

  /// The first word of every line; of equal ones, the later are defects.
  func entries(
    _ part: String, defects: inout [AnnotationDefect]
  ) throws(DatasetError) -> [Entry] {
    guard parts.contains(part) else {
      throw .noPart(path: path, expected: [part], found: parts.sorted())
    }
    let list = joinPath(path, "ImageSets/\(kind)/\(part).txt")
    let bytes = try OpenFile.contents(list, limit: Self.listByteLimit)
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var seen: Set<Substring> = []
    var result: [Entry] = []
    for (index, line) in lines.enumerated() {
      guard let name = line.split(whereSeparator: \.isWhitespace).first else { continue }
      let entry = Entry(identifier: String(name), place: "\(list):\(index + 1)")
      if seen.insert(name).inserted {
        result.append(entry)
      } else {
        defects.append(
          AnnotationDefect(place: entry.place, reason: "'\(name)' is in the list already"))
      }
    }
    return result
  }

  /// The files of one of the folders by their names without extension.
  func files(in folder: String) throws(DatasetError) -> [String: String] {
    Self.stems(try FolderListing(joinPath(path, folder)).files)
  }

  /// Names by what stands before their last dot; of several, the first one sorted.
  static func stems(_ names: [String]) -> [String: String] {
    Dictionary(
      names.map { name in
        (name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name, name)
      }, uniquingKeysWith: min)
  }

  /// The lines of `classes.txt`, nil where there is no such file.
  ///
  /// - Parameter limit: of the number of classes.
  static func classNames(in folder: String, limit: Int) throws(DatasetError) -> [String]? {
    let path = joinPath(folder, "classes.txt")
    guard FileIdentity(path)?.kind == .file else { return nil }
    let text = String(
      decoding: try OpenFile.contents(path, limit: namesByteLimit), as: UTF8.self)
    let names = text.split(whereSeparator: \.isNewline).map { trimmed($0) }
      .filter { !$0.isEmpty }
    guard 1...limit ~= names.count, Set(names).count == names.count else {
      throw .malformed(
        path: path, place: "the lines", expected: "1 to \(limit) different names",
        found: "\(names.count), \(Set(names).count) of them different")
    }
    return names
  }

  /// The classes of VOC's detection sets, in alphabetical order.
  static let objectNames = [
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
    "tvmonitor",
  ]
}

/// Without white space at both ends.
func trimmed(_ text: some StringProtocol) -> String {
  let start = text.drop { $0.isWhitespace }
  let end = start.lastIndex { !$0.isWhitespace }
  return end.map { String(start[...$0]) } ?? ""
}
