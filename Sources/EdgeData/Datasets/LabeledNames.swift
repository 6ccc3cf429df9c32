/// Pictures sorted into classes: the common part of folders and archives.
struct LabeledNames<Place: Sendable>: Sendable {
  struct Picture: Sendable {
    /// `CLASS/FILE`.
    let name: String
    let place: Place
  }

  let classNames: [String]
  let pictures: [Picture]
  let labels: [Int32]

  /// Classes and pictures in the order of their names' bytes, as Python sorts.
  init(_ classes: [String: [Picture]]) {
    let names = classes.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var (pictures, labels): ([Picture], [Int32]) = ([], [])
    for (label, name) in names.enumerated() {
      let sorted = (classes[name] ?? []).sorted {
        $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
      }
      pictures += sorted
      labels += Array(repeating: Int32(label), count: sorted.count)
    }
    (classNames, self.pictures, self.labels) = (names, pictures, labels)
  }

  /// - Parameter loose: the pictures that belong to no class.
  func check(_ path: String, loose: () -> Int) throws(DatasetError) {
    guard !classNames.isEmpty else { throw .noClasses(path: path, pictures: loose()) }
    guard !pictures.isEmpty else { throw .noPictures(path: path, classes: classNames) }
  }
}

/// Whether a file counts as a picture: by its extension, which costs nothing; else by its first
/// bytes. One that has the extension without being a picture is for ``DatasetScan`` to report,
/// rather than to be left out in silence.
func isPicture(name: String, start: () throws(DatasetError) -> [UInt8]) -> Bool {
  if let dot = name.lastIndex(of: "."),
    ImageFiles.extensions.contains(name[name.index(after: dot)...].lowercased())
  {
    return true
  }
  do {
    return ImageFormat(detecting: try start()) != nil
  } catch {
    return false
  }
}

/// How many first bytes tell a picture's format.
let signatureByteCount = 12
