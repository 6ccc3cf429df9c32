/// Pictures with masks, which are PNG files of class numbers, in one of two layouts:
///
/// - Pascal VOC's: `JPEGImages/ID.jpg`, `SegmentationClass/ID.png` and the lists
///   `ImageSets/Segmentation/PART.txt`.
/// - Plain: `PART/images/NAME.jpg` and `PART/masks/NAME.png`.
///
/// The classes are the lines of `classes.txt`, the first one that of pixels with the value 0.
/// Without it, a folder of VOC's layout has VOC's 21 classes, whose first is the background.
public struct SegmentationFolder: SegmentationDataset {
  struct Picture: Sendable {
    /// The picture's, without its folder.
    let name: String
    let file, mask: String
  }

  public let classNames: [String]
  public let defects: [AnnotationDefect]
  private let pictures: [Picture]

  /// Looks for the files; masks are not read.
  ///
  /// - Parameters:
  ///   - path: of the data set.
  ///   - part: such as `train`.
  /// - Throws: ``DatasetError/noPart(path:expected:found:)`` without such a part, and where it has no
  ///   pictures.
  public init(_ path: String, part: String) throws(DatasetError) {
    try self.init(SegmentationLayout(path), part: part)
  }

  init(_ layout: SegmentationLayout, part: String) throws(DatasetError) {
    var defects: [AnnotationDefect] = []
    pictures = try layout.pictures(part, defects: &defects)
    guard !pictures.isEmpty else {
      throw .malformed(
        path: layout.path, place: "the part '\(part)'", expected: "pictures with masks",
        found: defects.first.map { "\($0), and no others" } ?? "none")
    }
    classNames = try layout.classNames()
    self.defects = defects
  }

  public var count: Int { pictures.count }

  /// The picture's file name.
  public func name(at index: Int) -> String { pictures[index].name }

  public func content(at index: Int) throws(DatasetError) -> SampleContent {
    .encoded(try OpenFile.contents(pictures[index].file))
  }

  public func mask(at index: Int) throws(DatasetError) -> Mask {
    let picture = pictures[index]
    let encoded = try OpenFile.contents(picture.file)
    let bytes = try OpenFile.contents(picture.mask)
    let mask: Mask
    let size: (width: Int, height: Int)
    do throws(ImageError) {
      mask = try Mask(bytes: bytes, name: picture.mask)
      size = try uprightSize(encoded, name: picture.file)
    } catch {
      throw .malformed(
        path: picture.mask, place: "the mask", expected: "a PNG of class numbers to a picture",
        found: error.description)
    }
    guard mask.width == size.width, mask.height == size.height else {
      throw .malformed(
        path: picture.mask, place: "the mask",
        expected: "the \(size.width)x\(size.height) pixels of its picture",
        found: "\(mask.width)x\(mask.height)")
    }
    try check(mask, picture.mask)
    return mask
  }

  private func check(_ mask: Mask, _ path: String) throws(DatasetError) {
    let labels = mask.labels.span
    for index in labels.indices {
      let label = labels[index]
      guard label < classNames.count || label == Mask.ignored else {
        throw .malformed(
          path: path, place: "row \(index / mask.width), column \(index % mask.width)",
          expected: "a class below \(classNames.count), or \(Mask.ignored)", found: "\(label)")
      }
    }
  }
}
