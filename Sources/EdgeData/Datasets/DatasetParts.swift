/// What a network is trained on and what it is judged by.
///
/// ``DatasetPair``, ``DetectionPair`` and ``SegmentationPair`` are found by path.
public struct DatasetParts<Dataset: Sendable>: Sendable {
  public let training, validation: Dataset

  /// Two parts as they are; those that are opened by path have the same classes.
  public init(training: Dataset, validation: Dataset) {
    self.training = training
    self.validation = validation
  }
}

/// A path that holds one data set for each part.
protocol PartSource {
  associatedtype Dataset: Sendable
  init(_ path: String) throws(DatasetError)
  var parts: PartNames { get }
  func dataset(_ part: String) throws(DatasetError) -> Dataset
}

extension PartSource {
  /// The part of that name, else what ``PartNames/validation(_:)`` says.
  func validation(_ name: String?) throws(DatasetError) -> Dataset {
    try dataset(parts.validation(name))
  }
}

extension DatasetParts {
  /// Finds both parts, in `path` or apart.
  ///
  /// - Throws: ``DatasetError``; also where the classes of the parts differ.
  init<Source: PartSource>(
    _ kind: Source.Type, path: String, validationPath: String?, trainingPart: String?,
    validationPart: String?, classNames: (Dataset) -> [String]
  ) throws(DatasetError) where Source.Dataset == Dataset {
    let source = try Source(path)
    let other = if let validationPath { try Source(validationPath) } else { source }
    // A part that isn't there is told before one is read.
    let trainingPart = try source.parts.training(trainingPart)
    let validationPart = try other.parts.validation(validationPart)
    training = try source.dataset(trainingPart)
    validation = try other.dataset(validationPart)
    try checkClasses(
      training: classNames(training), validation: classNames(validation), path: path,
      validationPath: validationPath)
  }
}
