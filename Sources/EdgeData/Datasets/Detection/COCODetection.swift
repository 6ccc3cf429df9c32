import EdgeBoxes

/// Pictures with the boxes of a COCO annotation file (`instances_val2017.json` and files like it;
/// Lin et al., arXiv:1405.0312). Classes are the categories by rising id; pictures come in the
/// file's order, also those without objects.
public struct COCODetection: DetectionDataset {
  struct Picture: Sendable {
    let id: Int
    let name: String
    let size: (width: Int, height: Int)?
    var objects: [ObjectAnnotation] = []
  }

  public let classNames: [String]
  public let categoryIdentifiers: [Int]
  public let defects: [AnnotationDefect]
  private let folder: String
  private let pictures: [Picture]

  /// Reads the annotations; pictures are only looked for.
  ///
  /// - Parameters:
  ///   - path: the JSON file, of at most 1 GiB.
  ///   - folder: that of the pictures, by the `file_name`s.
  /// - Throws: ``DatasetError/malformed(path:place:expected:found:)`` where the file is no such JSON
  ///   or none of its pictures are in the folder, or the system's refusal.
  public init(annotations path: String, pictures folder: String) throws(DatasetError) {
    try self.init(COCOFile(path), path: path, folder: folder)
  }

  init(_ file: COCOFile, path: String, folder: String) throws(DatasetError) {
    var reader = try COCOReader(file, path: path)
    reader.readPictures(in: try FolderListing(folder), folder)
    guard !reader.pictures.isEmpty else {
      throw .malformed(
        path: path, place: "images", expected: "pictures in \(folder)",
        found: "none of \(file.images.count) there")
    }
    reader.readAnnotations()
    self.folder = folder
    classNames = reader.categories.map(\.name)
    categoryIdentifiers = reader.categories.map(\.id)
    defects = reader.defects
    pictures = reader.pictures
  }

  public var count: Int { pictures.count }

  /// The `file_name`.
  public func name(at index: Int) -> String { pictures[index].name }
  public func objects(at index: Int) -> [ObjectAnnotation] { pictures[index].objects }
  public func size(at index: Int) -> (width: Int, height: Int)? { pictures[index].size }
  public func identifier(at index: Int) -> Int { pictures[index].id }

  public func content(at index: Int) throws(DatasetError) -> SampleContent {
    .encoded(try OpenFile.contents(joinPath(folder, pictures[index].name)))
  }
}

/// Puts a file's lists together, and notes what doesn't fit.
private struct COCOReader {
  private let file: COCOFile
  private let path: String
  let categories: [COCOFile.Category]
  private(set) var pictures: [COCODetection.Picture] = []
  private(set) var defects: [AnnotationDefect] = []
  private var labels: [Int: Int] = [:]
  /// Nil for pictures that are left out: their objects go with them, without a word each.
  private var places: [Int: Int?] = [:]

  init(_ file: COCOFile, path: String) throws(DatasetError) {
    self.file = file
    self.path = path
    categories = file.categories.sorted { $0.id < $1.id }
    for (label, category) in categories.enumerated() { labels[category.id] = label }
    guard !categories.isEmpty, labels.count == categories.count else {
      throw .malformed(
        path: path, place: "categories", expected: "one or more, each with an id of its own",
        found: "\(labels.count) ids of \(categories.count)")
    }
  }

  mutating func readPictures(in listing: FolderListing, _ folder: String) {
    let files = Set(listing.files)
    var names: Set<String> = []
    for (index, picture) in file.images.enumerated() {
      let name = picture.fileName
      if places[picture.id] != nil {
        note("images[\(index)], id \(picture.id)", "another picture has this id")
        continue
      }
      places[picture.id] = .some(nil)
      let exists = files.contains(name) || (name.contains("/") && Self.isFile(name, in: folder))
      if !exists {
        note("images[\(index)], id \(picture.id)", "no file '\(name)' in \(folder)")
      } else if !names.insert(name).inserted {
        note("images[\(index)], id \(picture.id)", "another picture has the file '\(name)'")
      } else {
        places[picture.id] = pictures.count
        pictures.append(.init(id: picture.id, name: name, size: picture.size))
      }
    }
  }

  /// A path that stays within the folder.
  private static func isFile(_ name: String, in folder: String) -> Bool {
    !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
      && FileIdentity(joinPath(folder, name))?.kind == .file
  }

  mutating func readAnnotations() {
    var seen: Set<Int> = []
    for (index, annotation) in file.annotations.enumerated() {
      let id = annotation.id.map { ", id \($0)" } ?? ""
      let place = "annotations[\(index)]\(id)"
      if let id = annotation.id, !seen.insert(id).inserted {
        note(place, "another annotation has this id")
        continue
      }
      guard let known = places[annotation.pictureID] else {
        note(place, "no picture has the id \(annotation.pictureID)")
        continue
      }
      guard let picture = known else { continue }
      do throws(BoxDefect) {
        var object = try object(annotation)
        if let defect = object.box.defect(in: pictures[picture].size) {
          note(place, defect.reason)
          object.isDefective = true
        }
        pictures[picture].objects.append(object)
      } catch {
        note(place, error.reason)
      }
    }
  }

  private func object(
    _ annotation: COCOFile.Annotation
  ) throws(BoxDefect) -> ObjectAnnotation {
    guard let label = labels[annotation.categoryID] else {
      throw BoxDefect(reason: "no category has the id \(annotation.categoryID)")
    }
    let numbers = annotation.box
    guard numbers.count == 4, numbers.allSatisfy(\.isFinite) else {
      throw BoxDefect(reason: "a box of \(numbers.count) numbers; expected 4 finite ones")
    }
    let box = Box(
      left: numbers[0], top: numbers[1], right: numbers[0] + numbers[2],
      bottom: numbers[1] + numbers[3])
    return ObjectAnnotation(
      box: box, label: label, isCrowd: annotation.isCrowd ?? 0 != 0,
      area: annotation.area)
  }

  private mutating func note(_ place: String, _ reason: String) {
    defects.append(AnnotationDefect(place: "\(path): \(place)", reason: reason))
  }
}

extension COCOFile.Picture {
  /// Nil where it isn't stated, or can't be one.
  fileprivate var size: (width: Int, height: Int)? {
    guard let width, let height, width > 0, height > 0 else { return nil }
    return (width, height)
  }
}
