/// What a detector is trained on and what it is judged by.
public typealias DetectionPair = DatasetParts<any DetectionDataset>

extension DetectionPair {
  /// What was left out of both parts.
  public var defects: [AnnotationDefect] { training.defects + validation.defects }

  /// Finds both parts. Annotations are read and checked; of pictures, it is only checked that they
  /// are there: ``DatasetScan`` does the rest.
  ///
  /// - Parameters:
  ///   - path: a folder with COCO's annotation files (``COCODetection``), as
  ///     `annotations/instances_train2017.json` or `train.json`, else one of Pascal VOC's layout
  ///     (``VOCDetection``); next to a `validationPath`, also a single JSON file.
  ///   - validationPath: where the validation part is, as for ``openForEvaluation(path:part:)``.
  ///   - trainingPart: nil for `train`.
  ///   - validationPart: nil for `val` (or `valid`, or `validation`), else `test`.
  /// - Throws: ``DatasetError``; also where the classes of the parts differ.
  public static func open(
    path: String, validationPath: String? = nil, trainingPart: String? = nil,
    validationPart: String? = nil
  ) throws(DatasetError) -> DetectionPair {
    try DetectionPair(
      DetectionSource.self, path: path, validationPath: validationPath,
      trainingPart: trainingPart, validationPart: validationPart
    ) { $0.classNames }
  }

  /// What a detector is judged by at a path.
  ///
  /// - Parameters:
  ///   - path: a folder of one of the layouts, or a COCO annotation file.
  ///   - part: such as `test`; nil for `val` (or `valid`, or `validation`), else `test`.
  public static func openForEvaluation(
    path: String, part: String? = nil
  ) throws(DatasetError) -> any DetectionDataset {
    try DetectionSource(path).validation(part)
  }
}

/// A path that holds pictures with boxes, in any of the layouts.
private enum DetectionSource: PartSource {
  case coco(COCOLayout)
  case voc(VOCDetectionFolder)

  init(_ path: String) throws(DatasetError) {
    guard let kind = FileIdentity(path)?.kind else { throw .missing(path: path) }
    guard kind == .folder || path.hasSuffix(".json") else {
      throw .unsupported(
        path: path, place: "the file", feature: "a detection set in one file",
        advice: "unpack it and name its folder, or a COCO annotation file")
    }
    if let layout = try COCOLayout(path) {
      self = .coco(layout)
    } else if VOCDetectionFolder.isThere(path) {
      self = .voc(try VOCDetectionFolder(path))
    } else {
      let listing = try FolderListing(path)
      throw .noPart(
        path: path,
        expected: [
          "annotations/instances_train2017.json", "train.json", "Annotations and ImageSets/Main",
        ],
        found: (listing.folders + listing.files).sorted())
    }
  }

  var parts: PartNames {
    switch self {
    case .coco(let layout):
      PartNames(path: layout.path, found: Set(layout.parts.keys), isSingle: layout.isFile)
    case .voc(let folder): PartNames(path: folder.layout.path, found: folder.layout.parts)
    }
  }

  func dataset(_ part: String) throws(DatasetError) -> any DetectionDataset {
    switch self {
    case .coco(let layout): try layout.dataset(part)
    case .voc(let folder): try VOCDetection(folder, part: part)
    }
  }
}
