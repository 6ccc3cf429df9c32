/// What a network is trained on and what it is judged by.
public struct DatasetPair: Sendable {
  public let training, validation: any ImageDataset

  /// Two parts as they are; ``open(path:validationPath:)`` checks that their classes agree.
  public init(training: any ImageDataset, validation: any ImageDataset) {
    self.training = training
    self.validation = validation
  }

  static let trainingName = "train"
  /// In the order in which they are looked for.
  static let validationNames = ["val", "valid", "validation", "test"]

  /// Finds both parts.
  ///
  /// - Parameters:
  ///   - path: a folder or tar archive with `train` and one of `val`, `valid`, `validation` and
  ///     `test`, or a folder of CIFAR's binary files; next to a `validationPath`, it may hold the
  ///     training classes directly.
  ///   - validationPath: a folder or archive for validation, as for ``openForEvaluation(path:)``.
  /// - Throws: ``DatasetError``; also where the classes of the parts differ, or one has no pictures
  ///   to train on.
  public static func open(
    path: String, validationPath: String? = nil
  ) throws(DatasetError) -> DatasetPair {
    let source = try DatasetSource(path)
    let folders = try source.folders()
    let validationName = validationNames.first { folders.contains($0) }
    let hasTraining = folders.contains(trainingName)
    let pair: DatasetPair
    if let validationPath {
      let hasParts = hasTraining && (validationName != nil || folders.count == 1)
      pair = DatasetPair(
        training: try source.dataset(hasParts ? trainingName : nil),
        validation: try openForEvaluation(path: validationPath))
    } else if hasTraining, let validationName {
      pair = DatasetPair(
        training: try source.dataset(trainingName),
        validation: try source.dataset(validationName))
    } else {
      throw .noPart(
        path: source.path, expected: hasTraining ? validationNames : [trainingName],
        found: folders.sorted())
    }
    try pair.check(training: path, validation: validationPath ?? path)
    return pair
  }

  /// What a network is judged by at a path: its `val` (or `valid`, or `validation`), else its
  /// `test`, else the classes in it.
  ///
  /// - Throws: ``DatasetError``; also where there is nothing but `train`.
  public static func openForEvaluation(path: String) throws(DatasetError) -> any ImageDataset {
    let source = try DatasetSource(path)
    let folders = try source.folders()
    if let name = validationNames.first(where: { folders.contains($0) }) {
      return try source.dataset(name)
    }
    if folders == [trainingName] {
      throw .noPart(path: source.path, expected: validationNames, found: [trainingName])
    }
    return try source.dataset(nil)
  }

  private func check(training path: String, validation: String) throws(DatasetError) {
    let own = training.classNames
    let other = self.validation.classNames
    guard own == other else {
      let (ownSet, otherSet) = (Set(own), Set(other))
      throw .classesDiffer(
        training: path == validation ? "training" : path,
        validation: path == validation ? "validation" : validation,
        onlyTraining: own.filter { !otherSet.contains($0) },
        onlyValidation: other.filter { !ownSet.contains($0) })
    }
    var isEmpty = Array(repeating: true, count: own.count)
    for index in 0..<training.count { isEmpty[training.label(at: index)] = false }
    let empty = zip(own, isEmpty).filter(\.1).map(\.0)
    guard empty.isEmpty else { throw .emptyClasses(path: path, classes: empty) }
  }
}
