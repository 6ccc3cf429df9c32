/// What a classifier is trained on and what it is judged by.
public typealias DatasetPair = DatasetParts<any ImageDataset>

extension DatasetPair {
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
    let validationName = PartNames.validationNames.first { folders.contains($0) }
    let hasTraining = folders.contains(PartNames.trainingName)
    let pair: DatasetPair
    if let validationPath {
      let hasParts = hasTraining && (validationName != nil || folders.count == 1)
      pair = DatasetPair(
        training: try source.dataset(hasParts ? PartNames.trainingName : nil),
        validation: try openForEvaluation(path: validationPath))
    } else if hasTraining, let validationName {
      pair = DatasetPair(
        training: try source.dataset(PartNames.trainingName),
        validation: try source.dataset(validationName))
    } else {
      throw .noPart(
        path: source.path,
        expected: hasTraining ? PartNames.validationNames : [PartNames.trainingName],
        found: folders.sorted())
    }
    try pair.check(path: path, validationPath: validationPath)
    return pair
  }

  /// What a network is judged by at a path: its `val` (or `valid`, or `validation`), else its
  /// `test`, else the classes in it.
  ///
  /// - Throws: ``DatasetError``; also where there is nothing but `train`.
  public static func openForEvaluation(path: String) throws(DatasetError) -> any ImageDataset {
    let source = try DatasetSource(path)
    let folders = try source.folders()
    if let name = PartNames.validationNames.first(where: { folders.contains($0) }) {
      return try source.dataset(name)
    }
    if folders == [PartNames.trainingName] {
      throw .noPart(
        path: source.path, expected: PartNames.validationNames, found: [PartNames.trainingName])
    }
    return try source.dataset(nil)
  }

  private func check(path: String, validationPath: String?) throws(DatasetError) {
    let names = training.classNames
    try checkClasses(
      training: names, validation: validation.classNames, path: path,
      validationPath: validationPath)
    var isEmpty = Array(repeating: true, count: names.count)
    for index in 0..<training.count { isEmpty[training.label(at: index)] = false }
    let empty = zip(names, isEmpty).filter(\.1).map(\.0)
    guard empty.isEmpty else { throw .emptyClasses(path: path, classes: empty) }
  }
}
