/// What a segmenter is trained on and what it is judged by.
public struct SegmentationPair: Sendable {
  public let training, validation: any SegmentationDataset

  /// Two parts as they are; ``open(path:validationPath:trainingPart:validationPart:)`` checks that
  /// their classes agree.
  public init(training: any SegmentationDataset, validation: any SegmentationDataset) {
    self.training = training
    self.validation = validation
  }

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
    let layout = try SegmentationLayout(path)
    let training = try SegmentationFolder(layout, part: layout.parts.training(trainingPart))
    let validation: any SegmentationDataset
    if let validationPath {
      validation = try openForEvaluation(path: validationPath, part: validationPart)
    } else {
      validation = try SegmentationFolder(layout, part: layout.parts.validation(validationPart))
    }
    try checkClasses(
      training: training.classNames, validation: validation.classNames, path: path,
      validationPath: validationPath)
    return SegmentationPair(training: training, validation: validation)
  }

  /// What a segmenter is judged by at a path.
  ///
  /// - Parameter part: such as `test`; nil for `val` (or `valid`, or `validation`), else `test`.
  public static func openForEvaluation(
    path: String, part: String? = nil
  ) throws(DatasetError) -> any SegmentationDataset {
    let layout = try SegmentationLayout(path)
    return try SegmentationFolder(layout, part: layout.parts.validation(part))
  }
}
