/// The pictures in a tar archive of the layout `CLASS/…`, read in place. One folder around all of
/// it is passed over. Names count as in ``ImageFolder``; of two equal ones, the later counts.
public struct ImageTar: ImageDataset {
  private struct Place: Sendable {
    let offset, byteCount: Int
  }

  public let path: String
  private let file: OpenFile
  private let files: LabeledNames<Place>

  /// Reads the archive's headers.
  ///
  /// - Throws: ``DatasetError/compressed(path:format:advice:)`` for a compressed archive,
  ///   ``DatasetError/malformed(path:place:expected:found:)`` for a damaged one, and as
  ///   ``ImageFolder``.
  public init(_ path: String) throws(DatasetError) {
    let index = try TarIndex(path)
    try self.init(index, below: index.root)
  }

  /// - Parameter root: a folder's path with `/` at its end, or nothing.
  init(_ index: TarIndex, below root: String) throws(DatasetError) {
    var classes: [String: [String: Place]] = [:]
    for name in index.folders(below: root) { classes[name] = [:] }
    var loose = 0
    for entry in index.files {
      guard let name = index.part(of: entry.name, below: root).map(String.init),
        Self.isPicture(entry, in: index.file)
      else { continue }
      guard let slash = name.firstIndex(of: "/") else {
        loose += 1
        continue
      }
      classes[String(name[..<slash]), default: [:]][name] = Place(
        offset: entry.offset, byteCount: entry.byteCount)
    }
    path = index.file.path
    file = index.file
    files = LabeledNames(classes.mapValues { $0.map { .init(name: $0.key, place: $0.value) } })
    try files.check(root.isEmpty ? path : "\(path) (\(root))") { loose }
  }

  public var classNames: [String] { files.classNames }
  public var count: Int { files.pictures.count }

  public func label(at index: Int) -> Int { Int(files.labels[index]) }

  /// `CLASS/FILE`.
  public func name(at index: Int) -> String { files.pictures[index].name }

  public func content(at index: Int) throws(DatasetError) -> SampleContent {
    let place = files.pictures[index].place
    return .encoded(try file.bytes(at: place.offset, count: place.byteCount))
  }

  private static func isPicture(_ entry: TarIndex.Entry, in file: OpenFile) -> Bool {
    EdgeData.isPicture(name: entry.name) { () throws(DatasetError) in
      try file.bytes(at: entry.offset, count: min(signatureByteCount, entry.byteCount))
    }
  }
}
