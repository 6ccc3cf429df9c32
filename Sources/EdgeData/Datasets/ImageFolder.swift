/// The pictures in `PATH/CLASS/…`, at any depth, as torchvision's `ImageFolder`.
///
/// Files with a picture's extension count as pictures, and others if their first bytes are those of
/// JPEG, PNG or WebP. Names that begin with a dot are left out. A class may be empty.
public struct ImageFolder: ImageDataset {
  public let path: String
  private let files: LabeledNames<Void>

  /// Lists the folder; no picture is read.
  ///
  /// - Throws: ``DatasetError/missing(path:)``, ``DatasetError/noClasses(path:pictures:)``,
  ///   ``DatasetError/noPictures(path:classes:)`` or the system's refusal.
  public init(_ path: String) throws(DatasetError) {
    let top = try FolderListing(path)
    var classes: [String: [LabeledNames<Void>.Picture]] = [:]
    for name in top.folders {
      classes[name] = try Self.pictures(path, below: name).map { .init(name: $0, place: ()) }
    }
    self.path = path
    files = LabeledNames(classes)
    try files.check(path) { top.files.count { Self.isPicture(joinPath(path, $0)) } }
  }

  public var classNames: [String] { files.classNames }
  public var count: Int { files.pictures.count }

  public func label(at index: Int) -> Int { Int(files.labels[index]) }

  /// `CLASS/FILE`, wherever the folder lies.
  public func name(at index: Int) -> String { files.pictures[index].name }

  public func content(at index: Int) throws(DatasetError) -> SampleContent {
    .encoded(try OpenFile.contents(joinPath(path, name(at: index))))
  }

  /// The pictures of one class, with the class's name in front. A folder that symbolic links reach
  /// twice is searched once, and the root never.
  private static func pictures(
    _ root: String, below name: String
  ) throws(DatasetError) -> [String] {
    var visited = Set([FileIdentity(root)])
    var pending = [name]
    var result: [String] = []
    while let folder = pending.popLast() {
      let path = joinPath(root, folder)
      guard visited.insert(FileIdentity(path)).inserted else { continue }
      let listing = try FolderListing(path)
      pending += listing.folders.map { joinPath(folder, $0) }
      result += listing.files.filter { isPicture(joinPath(path, $0)) }
        .map { joinPath(folder, $0) }
    }
    return result
  }

  private static func isPicture(_ path: String) -> Bool {
    EdgeData.isPicture(name: path) { () throws(DatasetError) in
      let file = try OpenFile(path)
      return try file.bytes(at: 0, count: min(signatureByteCount, file.byteCount))
    }
  }
}
