/// How the files of a segmentation set lie in its folder.
enum SegmentationLayout: PartSource {
  case voc(VOCLayout)
  case plain(String, parts: Set<String>)

  private static let masks = (voc: "SegmentationClass", plain: "masks")
  private static let images = (voc: "JPEGImages", plain: "images")
  /// 255 is no class.
  private static let classLimit = 255

  init(_ path: String) throws(DatasetError) {
    guard let kind = FileIdentity(path)?.kind else { throw .missing(path: path) }
    guard kind == .folder else {
      throw .unsupported(
        path: path, place: "the file", feature: "a segmentation set in one file",
        advice: "unpack it and name its folder")
    }
    if Self.isFolder(path, Self.masks.voc), Self.isFolder(path, "ImageSets/Segmentation") {
      self = .voc(try VOCLayout(path, kind: "Segmentation"))
      return
    }
    let listing = try FolderListing(path)
    let parts = listing.folders.filter {
      Self.isFolder(path, "\($0)/\(Self.images.plain)")
        && Self.isFolder(path, "\($0)/\(Self.masks.plain)")
    }
    guard !parts.isEmpty else {
      throw .noPart(
        path: path,
        expected: ["SegmentationClass and ImageSets/Segmentation", "train/images and train/masks"],
        found: (listing.folders + listing.files).sorted())
    }
    self = .plain(path, parts: Set(parts))
  }

  private static func isFolder(_ path: String, _ name: String) -> Bool {
    FileIdentity(joinPath(path, name))?.kind == .folder
  }

  var path: String {
    switch self {
    case .voc(let layout): layout.path
    case .plain(let path, _): path
    }
  }

  var parts: PartNames {
    switch self {
    case .voc(let layout): PartNames(path: layout.path, found: layout.parts)
    case .plain(let path, let parts): PartNames(path: path, found: parts)
    }
  }

  func dataset(_ part: String) throws(DatasetError) -> any SegmentationDataset {
    try SegmentationFolder(self, part: part)
  }

  func classNames() throws(DatasetError) -> [String] {
    if let names = try VOCLayout.classNames(in: path, limit: Self.classLimit) { return names }
    guard case .voc = self else {
      throw .malformed(
        path: joinPath(path, "classes.txt"), place: "the names of the classes",
        expected: "a file with a line for each", found: "none")
    }
    return ["background"] + VOCLayout.objectNames
  }

  /// The pictures of a part in the order of its list, or of their names.
  func pictures(
    _ part: String, defects: inout [AnnotationDefect]
  ) throws(DatasetError) -> [SegmentationFolder.Picture] {
    switch self {
    case .voc(let layout):
      let images = try layout.files(in: Self.images.voc)
      let masks = try layout.files(in: Self.masks.voc)
      let entries = try layout.entries(part, defects: &defects)
      return entries.compactMap { entry -> SegmentationFolder.Picture? in
        guard let image = images[entry.identifier], let mask = masks[entry.identifier] else {
          let lacking = images[entry.identifier] == nil ? "picture" : "mask"
          let reason = "there is no \(lacking) '\(entry.identifier)'"
          defects.append(AnnotationDefect(place: entry.place, reason: reason))
          return nil
        }
        return .init(
          name: image, file: joinPath(path, "\(Self.images.voc)/\(image)"),
          mask: joinPath(path, "\(Self.masks.voc)/\(mask)"))
      }
    case .plain(_, let parts):
      guard parts.contains(part) else {
        throw .noPart(path: path, expected: [part], found: parts.sorted())
      }
      return try plainPictures(joinPath(path, part), defects: &defects)
    }
  }

  private func plainPictures(
    _ folder: String, defects: inout [AnnotationDefect]
  ) throws(DatasetError) -> [SegmentationFolder.Picture] {
    let imageFolder = joinPath(folder, Self.images.plain)
    let maskFolder = joinPath(folder, Self.masks.plain)
    let images = VOCLayout.stems(try FolderListing(imageFolder).files)
    let masks = VOCLayout.stems(try FolderListing(maskFolder).files)
    for (stem, mask) in masks where images[stem] == nil {
      defects.append(
        AnnotationDefect(place: joinPath(maskFolder, mask), reason: "there is no such picture"))
    }
    let sorted = images.sorted { $0.value.utf8.lexicographicallyPrecedes($1.value.utf8) }
    let pictures = sorted.compactMap { stem, image -> SegmentationFolder.Picture? in
      let file = joinPath(imageFolder, image)
      guard let mask = masks[stem] else {
        defects.append(AnnotationDefect(place: file, reason: "there is no mask '\(stem)'"))
        return nil
      }
      return .init(name: image, file: file, mask: joinPath(maskFolder, mask))
    }
    defects.sort { $0.place < $1.place }
    return pictures
  }
}
