import EdgeData
import TestSupport
import Testing

@Suite struct DatasetPairTests {
  private static let classes = ["cat/1.png", "dog/2.png"]

  private func tree(_ parts: String...) -> [String: [UInt8]] {
    var result: [String: [UInt8]] = [:]
    for part in parts {
      for file in Self.classes { result["\(part)/\(file)"] = tinyPNG([UInt8(part.count), 0, 0]) }
    }
    return result
  }

  @Test(arguments: ["val", "valid", "validation", "test"])
  func bothPartsAreFound(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.tree(tree("train", name))
    let pair = try DatasetPair.open(path: folder.path)
    #expect(try pair.training.colors() == [[5, 0, 0], [5, 0, 0]])
    #expect(try pair.validation.colors()[0][0] == UInt8(name.count))
    #expect(pair.training.names == Self.classes && pair.validation.names == Self.classes)
    #expect(try DatasetPair.openForEvaluation(path: folder.path).colors()[0][0] == name.count)
  }

  @Test func archivesHaveParts() throws {
    var tar = TarBuilder()
    for (name, bytes) in tree("set/train", "set/val").sorted(by: { $0.key < $1.key }) {
      tar.add(name, bytes)
    }
    tar.add("set/README", Array("text".utf8))
    let folder = try TemporaryFolder()
    let pair = try DatasetPair.open(path: try folder.file("set.tar", tar.finished))
    #expect(pair.training.names == Self.classes)
    #expect(try pair.validation.colors()[1] == [7, 0, 0])
  }

  @Test func validationIsPreferredToTest() throws {
    let folder = try TemporaryFolder()
    try folder.tree(tree("train", "val", "test"))
    let dataset = try DatasetPair.openForEvaluation(path: folder.path)
    #expect(try dataset.colors()[0] == [3, 0, 0])
    #expect(try DatasetPair.open(path: folder.path).validation.colors()[0] == [3, 0, 0])
  }

  @Test func twoPathsAreTaken() throws {
    let folder = try TemporaryFolder()
    try folder.tree(tree("one/train", "two", "three/val", "three/train"))
    for (first, second) in [
      ("one", "two"), ("two", "three"), ("one/train", "three"), ("three", "two"),
    ] {
      let pair = try DatasetPair.open(
        path: folder(first), validationPath: folder(second))
      #expect(pair.training.classNames == ["cat", "dog"], "\(first) \(second)")
      let expected = first == "two" ? 3 : first == "three" ? 11 : 9
      #expect(try Int(pair.training.colors()[0][0]) == expected)
    }
    #expect(try DatasetPair.openForEvaluation(path: folder("two")).names == Self.classes)
  }

  @Test func missingPartsAreErrors() throws {
    let folder = try TemporaryFolder()
    try folder.tree(tree("one/train", "two"))
    let validation = ["val", "valid", "validation", "test"]
    #expect(
      throws: DatasetError.noPart(path: folder("one"), expected: validation, found: ["train"])
    ) { try DatasetPair.open(path: folder("one")) }
    #expect(
      throws: DatasetError.noPart(path: folder("one"), expected: validation, found: ["train"])
    ) { try DatasetPair.openForEvaluation(path: folder("one")) }
    #expect(
      throws: DatasetError.noPart(path: folder("two"), expected: ["train"], found: ["cat", "dog"])
    ) { try DatasetPair.open(path: folder("two")) }
    #expect(throws: DatasetError.missing(path: folder("no"))) {
      try DatasetPair.open(path: folder("no"))
    }
    #expect(throws: DatasetError.missing(path: folder("no"))) {
      try DatasetPair.open(path: folder("one"), validationPath: folder("no"))
    }
  }

  @Test func differentClassesAreListed() throws {
    let folder = try TemporaryFolder()
    var files = tree("train", "val")
    files["train/eel/3.png"] = tinyPNG()
    files["val/fox/3.png"] = tinyPNG()
    try folder.tree(files)
    #expect(
      throws: DatasetError.classesDiffer(
        training: "training", validation: "validation", onlyTraining: ["eel"],
        onlyValidation: ["fox"])
    ) { try DatasetPair.open(path: folder.path) }
  }

  @Test func onlyValidationMayHaveEmptyClasses() throws {
    let folder = try TemporaryFolder()
    var files = tree("train", "val")
    files["train/eel/3.png"] = tinyPNG()
    files["val/eel/"] = []
    try folder.tree(files)
    #expect(try DatasetPair.open(path: folder.path).validation.classNames.count == 3)
    try folder.tree(["train/fox/": [], "val/fox/4.png": tinyPNG()])
    #expect(throws: DatasetError.emptyClasses(path: folder.path, classes: ["fox"])) {
      try DatasetPair.open(path: folder.path)
    }
  }

  @Test func messagesAreSafeAndBounded() {
    let names = (0..<5000).map { "class\u{1B}[2J \($0)" }
    let error = DatasetError.classesDiffer(
      training: "a", validation: "b", onlyTraining: names, onlyValidation: [])
    #expect(error.description.contains("4990 more"))
    #expect(!error.description.unicodeScalars.contains("\u{1B}"))
  }
}
