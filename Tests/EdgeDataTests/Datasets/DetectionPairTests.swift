import EdgeBoxes
import TestSupport
import Testing

@testable import EdgeData

@Suite struct DetectionPairTests {
  /// A part with one picture.
  private func file(_ picture: String, categories: [String]? = nil) -> [UInt8] {
    var file = COCOBuilder()
    if let categories { file.categories = categories }
    file.picture(1, picture, width: 2, height: 2)
    file.object(1, in: 1, [0, 0, 2, 1])
    return file.bytes
  }

  @Test func officialLayoutIsFound() throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "annotations/instances_train2017.json": file("1.png"),
      "annotations/instances_val2017.json": file("2.png"),
      "annotations/captions_val2017.json": Array("{}".utf8), "train2017/1.png": tinyPNG([1, 1, 1]),
      "val2017/2.png": tinyPNG([2, 2, 2]),
    ])
    let pair = try DetectionPair.open(path: folder.path)
    #expect(pair.training.names == ["1.png"] && pair.validation.names == ["2.png"])
    #expect(try pair.training.content(at: 0) == .encoded(tinyPNG([1, 1, 1])))
    #expect(try pair.validation.content(at: 0) == .encoded(tinyPNG([2, 2, 2])))
    #expect(pair.training.classNames == ["cat", "dog"] && pair.defects.isEmpty)
    for part in ["train", "train2017"] {
      let dataset = try DetectionPair.openForEvaluation(path: folder.path, part: part)
      #expect(dataset.names == ["1.png"])
    }
    let json = folder("annotations/instances_val2017.json")
    #expect(try DetectionPair.openForEvaluation(path: json).names == ["2.png"])
    let other = try DetectionPair.open(
      path: folder("annotations/instances_train2017.json"), validationPath: json)
    #expect(other.training.names == ["1.png"] && other.validation.names == ["2.png"])
    #expect(throws: DatasetError.self) {
      try DetectionPair.openForEvaluation(path: folder.path, part: "test")
    }
  }

  @Test(arguments: ["JPEGImages/", "images/", "", "train/"])
  func picturesAreFound(place: String) throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "train.json": file("1.png"), "test.json": file("1.png"), "\(place)1.png": tinyPNG(),
      "images/other.png": tinyPNG(), "test/1.png": tinyPNG(),
    ])
    let pair = try DetectionPair.open(path: folder.path)
    #expect(pair.training.names == ["1.png"])
    #expect(pair.validation.objects(at: 0).map(\.label) == [0])
    #expect(try DetectionPair.openForEvaluation(path: folder.path, part: "train").count == 1)
  }

  @Test func partsWithFoldersOfTheirOwn() throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "train/_annotations.coco.json": file("1.png"), "train/1.png": tinyPNG(),
      "valid/_annotations.coco.json": file("2.png"), "valid/2.png": tinyPNG(),
    ])
    let pair = try DetectionPair.open(path: folder.path)
    #expect(pair.training.names == ["1.png"] && pair.validation.names == ["2.png"])
  }

  @Test func layoutOfVOCIsFound() throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "JPEGImages/1.png": tinyPNG(), "JPEGImages/2.png": tinyPNG(),
      "Annotations/1.xml": vocXML([("cat", [1, 1, 2, 2], "")]),
      "Annotations/2.xml": vocXML([("dog", [1, 1, 30, 2], ""), ("dog", [1, 1, 2, 2], "")]),
      "ImageSets/Main/train.txt": Array("1".utf8), "ImageSets/Main/test.txt": Array("2".utf8),
      "ImageSets/Main/trainval.txt": Array("1\n2".utf8),
    ])
    let pair = try DetectionPair.open(path: folder.path)
    #expect(pair.training.names == ["1.png"] && pair.validation.names == ["2.png"])
    #expect(pair.validation.classNames == ["cat", "dog"] && pair.defects.count == 1)
    let both = try DetectionPair.open(path: folder.path, trainingPart: "trainval")
    #expect(both.training.count == 2)
    // Where both are there, COCO's files count.
    try folder.tree(["val.json": file("1.png")])
    #expect(try DetectionPair.openForEvaluation(path: folder.path).names == ["1.png"])
  }

  @Test func classesMustAgree() throws {
    let folder = try TemporaryFolder()
    let (cat, cow) = (#"{"id": 3, "name": "cat"}"#, #"{"id": 4, "name": "cow"}"#)
    try folder.tree([
      "train.json": file("1.png", categories: [cat, cow]),
      "val.json": file("1.png", categories: [cat]),
      "test.json": file("1.png", categories: [cat, #"{"id": 1, "name": "cow"}"#]),
      "1.png": tinyPNG(),
    ])
    #expect(
      throws: DatasetError.classesDiffer(
        training: "training", validation: "validation", onlyTraining: ["cow"], onlyValidation: [])
    ) { try DetectionPair.open(path: folder.path) }
    #expect {
      try DetectionPair.open(path: folder.path, validationPart: "test")
    } throws: { error in
      guard case .malformed? = error as? DatasetError else { return false }
      return true
    }
  }

  @Test func otherPathsAreErrors() throws {
    let folder = try TemporaryFolder()
    try folder.tree(["a/1.png": tinyPNG(), "set.tar": [1, 2, 3]])
    #expect(throws: DatasetError.missing(path: folder("no"))) {
      try DetectionPair.open(path: folder("no"))
    }
    #expect {
      try DetectionPair.open(path: folder.path)
    } throws: { error in
      guard case .noPart(folder.path, _, ["a", "set.tar"])? = error as? DatasetError else {
        return false
      }
      return true
    }
    #expect {
      try DetectionPair.open(path: folder("set.tar"))
    } throws: { error in
      guard case .unsupported? = error as? DatasetError else { return false }
      return true
    }
  }

  /// Annotations that are for a picture of another size show in a scan only.
  @Test func scanFindsOtherPictures() throws {
    let folder = try TemporaryFolder()
    var file = COCOBuilder()
    for (id, size) in [(1, (4, 3)), (2, (3, 4)), (3, (4, 3)), (4, (4, 3))] {
      file.picture(id, "\(id).png", width: size.0, height: size.1)
      file.object(id, in: id, [0, 0, 3, 3])
    }
    file.images.append(#"{"id": 5, "file_name": "5.png"}"#)
    file.object(5, in: 5, [0, 0, 9, 3])
    var tree = ["val.json": file.bytes]
    for id in 1...5 { tree["\(id).png"] = tinyPNG(width: 4, height: 3) }
    tree["3.png"] = Array(tinyPNG(width: 4, height: 3).dropLast(20))
    try folder.tree(tree)
    let dataset = try DetectionPair.openForEvaluation(path: folder.path)
    let scan = DatasetScan(dataset)
    #expect(scan.unreadable.map(\.name) == ["2.png", "3.png", "5.png"])
    #expect(scan.unreadable[0].reason.contains("4x3 pixels, its annotations are for 3x4"))
    let annotations = DatasetScan(dataset, annotationsOnly: true)
    #expect(annotations.unreadable.map(\.name) == ["2.png", "5.png"])
    #expect(annotations.report.hasPrefix("the annotations of 2 of 5 pictures don't fit them:\n  2"))
    let rest = scan.skippingBad(in: dataset)
    #expect(rest.names == ["1.png", "4.png"] && rest.identifier(at: 1) == 4)
    #expect(rest.size(at: 1)?.width == 4 && rest.objects(at: 1).count == 1)
  }
}
