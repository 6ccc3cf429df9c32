/// What a segmenter is trained on and what it is judged by.
public typealias SegmentationPair = DatasetParts<any SegmentationDataset>

extension SegmentationPair {
  /// What was left out of both parts.
  public var defects: [AnnotationDefect] { training.defects + validation.defects }

  /// Finds both parts. Masks are not read: ``DatasetScan`` does that.
  ///
  /// - Parameters:
  ///   - path: a folder of one of the layouts of ``SegmentationFolder``.
  ///   - validationPath: where the validation part is, as for ``openForEvaluation(path:part:)``.
  ///   - trainingPart: nil for `train`.
  ///   - validationPart: nil for `val` (or `valid`, or `validation`), else `test`.
  /// - Throws: ``DatasetError``; also where the classes of the parts differ.
  public static func open(
    path: String, validationPath: String? = nil, trainingPart: String? = nil,
    validationPart: String? = nil
  ) throws(DatasetError) -> SegmentationPair {
    try SegmentationPair(
      SegmentationLayout.self, path: path, validationPath: validationPath,
      trainingPart: trainingPart, validationPart: validationPart
    ) { $0.classNames }
  }

  /// What a segmenter is judged by at a path.
  ///
  /// - Parameter part: such as `test`; nil for `val` (or `valid`, or `validation`), else `test`.
  public static func openForEvaluation(
    path: String, part: String? = nil
  ) throws(DatasetError) -> any SegmentationDataset {
    try SegmentationLayout(path).validation(part)
  }
}
