/// The parts of a data set, and which of them are for what.
struct PartNames {
  static let trainingName = "train"
  /// In the order in which they are looked for.
  static let validationNames = ["val", "valid", "validation", "test"]

  let path: String
  let found: Set<String>
  /// Whether the path holds one part only, which serves for everything.
  var isSingle = false

  /// The part of that name, else `train`.
  func training(_ name: String?) throws(DatasetError) -> String {
    try first(of: name.map { [$0] } ?? [Self.trainingName])
  }

  /// The part of that name, else `val` (or `valid`, or `validation`), else `test`.
  func validation(_ name: String?) throws(DatasetError) -> String {
    try first(of: name.map { [$0] } ?? Self.validationNames)
  }

  private func first(of names: [String]) throws(DatasetError) -> String {
    if isSingle, let only = found.first { return only }
    guard let name = names.first(where: { found.contains($0) }) else {
      throw .noPart(path: path, expected: names, found: found.sorted())
    }
    return name
  }
}

/// Throws unless both parts have the same classes.
func checkClasses(
  training: [String], validation: [String], path: String, validationPath: String?
) throws(DatasetError) {
  guard training != validation else { return }
  let (own, other) = (Set(training), Set(validation))
  if own == other {
    throw .malformed(
      path: validationPath ?? path, place: "the classes of validation",
      expected: "the order of those of training, \(DatasetError.list(training))",
      found: DatasetError.list(validation))
  }
  throw .classesDiffer(
    training: validationPath == nil ? "training" : path,
    validation: validationPath ?? "validation",
    onlyTraining: training.filter { !other.contains($0) },
    onlyValidation: validation.filter { !own.contains($0) })
}
