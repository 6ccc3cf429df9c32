/// Where the annotation files and the pictures of a COCO data set lie.
///
/// Annotations: `annotations/instances_PART.json` or `PART.json` there or in the folder itself, or
/// `PART/_annotations.coco.json`. PART may end in a year, as in `train2017`; of several years the
/// last counts. Pictures: wherever the first of them are, in a folder named after the part or in a
/// usual one.
struct COCOLayout {
  struct Part {
    let annotations: String
    /// With its year.
    let name: String
  }

  let path: String
  /// By their names, with and without a year.
  private(set) var parts: [String: Part] = [:]
  /// Whether it is a single annotation file.
  let isFile: Bool

  /// Nil for a folder without annotation files of known parts.
  init?(_ path: String) throws(DatasetError) {
    self.path = path
    isFile = path.hasSuffix(".json")
    if isFile {
      add(path)
      return
    }
    let listing = try FolderListing(path)
    for name in listing.files.sorted() { addKnown(joinPath(path, name)) }
    for folder in listing.folders.sorted() {
      let inner = joinPath(path, folder)
      if folder == "annotations" {
        for name in try FolderListing(inner).files.sorted() { addKnown(joinPath(inner, name)) }
      }
      let own = joinPath(inner, "_annotations.coco.json")
      if FileIdentity(own)?.kind == .file {
        parts[folder] = Part(annotations: own, name: folder)
      }
    }
    if parts.isEmpty { return nil }
  }

  func dataset(_ part: String) throws(DatasetError) -> COCODetection {
    guard let found = parts[part] else {
      throw .noPart(path: path, expected: [part], found: parts.keys.sorted())
    }
    let file = try COCOFile(found.annotations)
    return try COCODetection(
      file, path: found.annotations, folder: try pictures(of: file, found))
  }

  /// The first folder that has one of the first pictures.
  private func pictures(of file: COCOFile, _ part: Part) throws(DatasetError) -> String {
    let own = Self.folder(of: part.annotations)
    let root = own.hasSuffix("/annotations") || own == "annotations" ? Self.folder(of: own) : own
    let plain = Self.withoutYear(part.name)
    let below = [
      part.name, "JPEGImages", "images", "images/\(part.name)", plain, "images/\(plain)",
    ]
    let folders = below.map { joinPath(root, $0) } + [root, own]
    let names = file.images.prefix(20).map(\.fileName)
    for folder in folders {
      let isThere = names.contains { FileIdentity(joinPath(folder, $0))?.kind == .file }
      if isThere { return folder.isEmpty ? "." : folder }
    }
    throw .malformed(
      path: part.annotations, place: "images[0].file_name",
      expected: "a file in \(root.isEmpty ? "." : root) or its \(DatasetError.list(below, "or"))",
      found: names.first.map { "'\($0)', which is in none of them" } ?? "no pictures")
  }

  private mutating func addKnown(_ file: String) {
    let known = [PartNames.trainingName] + PartNames.validationNames
    guard let name = Self.part(file), known.contains(Self.withoutYear(name)) else { return }
    add(file)
  }

  private mutating func add(_ file: String) {
    guard let name = Self.part(file) else { return }
    let part = Part(annotations: file, name: name)
    parts[name] = part
    parts[Self.withoutYear(name)] = part
  }

  /// `train2017` of `DIR/instances_train2017.json`.
  private static func part(_ file: String) -> String? {
    guard let name = file.split(separator: "/").last, name.hasSuffix(".json") else { return nil }
    let stem = name.dropLast(".json".count)
    let mark = "instances_"
    let part = stem.hasPrefix(mark) ? stem.dropFirst(mark.count) : stem
    return part.isEmpty ? nil : String(part)
  }

  private static func withoutYear(_ name: String) -> String {
    let plain = name.prefix { !("0"..."9").contains($0) }
    return plain.isEmpty || plain.count + 4 != name.count ? name : String(plain)
  }

  /// Empty for a file in the current one.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}
