/// Pictures with the boxes of a data set in the layout of Pascal VOC (Everingham et al., 2010):
/// `Annotations/ID.xml`, `JPEGImages/ID.jpg` and `ImageSets/Main/PART.txt`. Boxes become rectangles
/// from pixel 0 on, without the pixel at their end.
public struct VOCDetection: DetectionDataset {
  struct Picture: Sendable {
    let file: String
    let size: (width: Int, height: Int)?
    let objects: [ObjectAnnotation]
  }

  public let classNames: [String]
  public let defects: [AnnotationDefect]
  private let folder: String
  private let pictures: [Picture]

  /// Reads all annotations of the folder; pictures are only looked for.
  ///
  /// Classes are the lines of `classes.txt` where there is one, VOC's own where the annotations say
  /// that they are of VOC, else the names in the annotations of all parts, sorted.
  ///
  /// - Parameter part: the name of a list, such as `trainval`.
  /// - Throws: ``DatasetError/noPart(path:expected:found:)`` without such a list,
  ///   ``DatasetError/unsupported(path:place:feature:advice:)`` without libexpat, and where a part
  ///   has no pictures.
  public init(_ path: String, part: String) throws(DatasetError) {
    try self.init(VOCDetectionFolder(path), part: part)
  }

  init(_ source: VOCDetectionFolder, part: String) throws(DatasetError) {
    var defects: [AnnotationDefect] = []
    var pictures: [Picture] = []
    let entries = try source.layout.entries(part, defects: &defects)
    for entry in entries {
      if let picture = source.picture(entry, defects: &defects) { pictures.append(picture) }
    }
    guard !pictures.isEmpty else {
      throw .malformed(
        path: source.layout.path, place: "ImageSets/Main/\(part).txt",
        expected: "pictures with annotations",
        found: defects.first.map { "\($0), and no others" } ?? "no lines")
    }
    folder = joinPath(source.layout.path, VOCDetectionFolder.pictureFolder)
    classNames = source.classNames
    self.defects = defects
    self.pictures = pictures
  }

  public var count: Int { pictures.count }

  /// The file's name.
  public func name(at index: Int) -> String { pictures[index].file }
  public func objects(at index: Int) -> [ObjectAnnotation] { pictures[index].objects }
  public func size(at index: Int) -> (width: Int, height: Int)? { pictures[index].size }

  public func content(at index: Int) throws(DatasetError) -> SampleContent {
    .encoded(try OpenFile.contents(joinPath(folder, pictures[index].file)))
  }
}

/// The annotations of all parts.
struct VOCDetectionFolder {
  static let pictureFolder = "JPEGImages"
  static let annotationFolder = "Annotations"
  /// An annotation file of VOC has some kilobytes.
  private static let annotationByteLimit = 1 << 22

  let layout: VOCLayout
  private(set) var classNames: [String] = []
  private let pictures: [String: String]
  private var annotations: [String: VOCAnnotation] = [:]
  /// By identifier, of files that can't be read at all.
  private var broken: [String: AnnotationDefect] = [:]

  /// Whether a folder has this layout.
  static func isThere(_ path: String) -> Bool {
    [annotationFolder, pictureFolder, "ImageSets/Main"].allSatisfy {
      FileIdentity(joinPath(path, $0))?.kind == .folder
    }
  }

  init(_ path: String) throws(DatasetError) {
    layout = try VOCLayout(path, kind: "Main")
    pictures = try layout.files(in: Self.pictureFolder)
    let files = try layout.files(in: Self.annotationFolder)
    var ignored: [AnnotationDefect] = []
    for part in layout.parts {
      for entry in try layout.entries(part, defects: &ignored) {
        let id = entry.identifier
        if annotations[id] == nil, broken[id] == nil, files[id] == "\(id).xml" { try read(id) }
      }
    }
    classNames = try names()
  }

  private func file(_ id: String) -> String {
    joinPath(layout.path, "\(Self.annotationFolder)/\(id).xml")
  }

  private mutating func read(_ id: String) throws(DatasetError) {
    let path = file(id)
    let bytes = try OpenFile.contents(path, limit: Self.annotationByteLimit)
    do throws(MarkupError) {
      annotations[id] = VOCAnnotation(try MarkupElement(parsing: bytes))
    } catch {
      switch error {
      case .libraryMissing:
        throw .unsupported(
          path: path, place: "the file", feature: "XML",
          advice: "install libexpat (libexpat1), which reads it")
      case .outOfMemory: throw .system(path: path, operation: "read", reason: "out of memory")
      case .malformed(let line, let reason):
        broken[id] = AnnotationDefect(place: "\(path):\(line)", reason: "no valid XML: \(reason)")
      }
    }
  }

  private func names() throws(DatasetError) -> [String] {
    if let names = try VOCLayout.classNames(in: layout.path, limit: 10_000) { return names }
    let found = Set(annotations.values.flatMap { $0.objects.map(\.name) })
    let isVOC = annotations.values.allSatisfy { $0.folder.hasPrefix("VOC2") }
    if isVOC && found.isSubset(of: VOCLayout.objectNames) { return VOCLayout.objectNames }
    guard !found.isEmpty else {
      throw .malformed(
        path: joinPath(layout.path, Self.annotationFolder), place: "the annotations",
        expected: "objects with names", found: broken.values.first.map { "\($0)" } ?? "none")
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// What a line of a list stands for; nil where it is a defect.
  func picture(
    _ entry: VOCLayout.Entry, defects: inout [AnnotationDefect]
  ) -> VOCDetection.Picture? {
    let id = entry.identifier
    if let defect = broken[id] {
      defects.append(defect)
      return nil
    }
    guard let annotation = annotations[id], let picture = pictures[id] else {
      let lacking = annotations[id] == nil ? "annotation '\(id).xml'" : "picture '\(id)'"
      defects.append(AnnotationDefect(place: entry.place, reason: "there is no \(lacking)"))
      return nil
    }
    defects += annotation.defects.map {
      AnnotationDefect(place: "\(file(id)):\($0.line)", reason: $0.reason)
    }
    var objects: [ObjectAnnotation] = []
    for object in annotation.objects {
      guard let label = classNames.firstIndex(of: object.name) else {
        let reason = "'\(object.name)' is none of the classes"
        defects.append(AnnotationDefect(place: "\(file(id)):\(object.line)", reason: reason))
        continue
      }
      var known = ObjectAnnotation(
        box: object.box, label: label, isDifficult: object.isDifficult)
      known.isDefective = object.isDefective
      objects.append(known)
    }
    return VOCDetection.Picture(file: picture, size: annotation.size, objects: objects)
  }
}
