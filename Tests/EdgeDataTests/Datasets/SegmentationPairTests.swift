import TestSupport
import Testing

@testable import EdgeData

@Suite struct SegmentationPairTests {
  private let rows: [[UInt8]] = [[0, 1, 255], [1, 1, 0]]

  private var picture: [UInt8] { tinyPNG(width: 3, height: 2) }

  private func text(_ lines: String...) -> [UInt8] {
    Array(lines.joined(separator: "\n").utf8)
  }

  @Test func layoutOfVOCIsFound() throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "JPEGImages/a.png": picture, "JPEGImages/b.png": picture,
      "SegmentationClass/a.png": maskPNG(rows), "SegmentationClass/b.png": maskPNG(rows.reversed()),
      "ImageSets/Segmentation/train.txt": text("b", "a"),
      "ImageSets/Segmentation/val.txt": text("a"), "classes.txt": text("sky", "road"),
    ])
    let pair = try SegmentationPair.open(path: folder.path)
    #expect(pair.training.names == ["b.png", "a.png"] && pair.validation.names == ["a.png"])
    #expect(pair.training.classNames == ["sky", "road"] && pair.defects.isEmpty)
    #expect(try pair.training.mask(at: 0).labels == [1, 1, 0, 0, 1, 255])
    #expect(try pair.validation.mask(at: 0).labels == [0, 1, 255, 1, 1, 0])
    #expect(try pair.validation.content(at: 0) == .encoded(picture))
    let training = try SegmentationPair.openForEvaluation(path: folder.path, part: "train")
    #expect(training.count == 2)
    #expect(
      throws: DatasetError.noPart(path: folder.path, expected: ["test"], found: ["train", "val"])
    ) { try SegmentationPair.openForEvaluation(path: folder.path, part: "test") }
  }

  @Test func withoutNamesTheClassesAreThoseOfVOC() throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "JPEGImages/a.png": picture, "SegmentationClass/a.png": maskPNG(rows),
      "ImageSets/Segmentation/val.txt": text("a"),
    ])
    let dataset = try SegmentationPair.openForEvaluation(path: folder.path)
    #expect(dataset.classNames.count == 21)
    #expect(dataset.classNames[0] == "background" && dataset.classNames[20] == "tvmonitor")
  }

  @Test func plainFoldersAreFound() throws {
    let folder = try TemporaryFolder()
    var tree = ["classes.txt": text("sky", "road")]
    for part in ["train", "test"] {
      for name in ["b", "a"] {
        tree["\(part)/images/\(name).jpeg"] = picture
        tree["\(part)/masks/\(name).png"] = maskPNG(rows)
      }
    }
    tree["train/images/alone.png"] = picture
    tree["train/masks/other.png"] = maskPNG(rows)
    try folder.tree(tree)
    let pair = try SegmentationPair.open(path: folder.path)
    #expect(pair.training.names == ["a.jpeg", "b.jpeg"])
    #expect(try pair.validation.mask(at: 1).width == 3)
    #expect(
      pair.defects.map(\.place)
        == [folder("train/images/alone.png"), folder("train/masks/other.png")])
    #expect(throws: DatasetError.self) {
      try SegmentationPair.open(path: folder.path, trainingPart: "more")
    }
  }

  @Test func plainFoldersNeedNames() throws {
    let folder = try TemporaryFolder()
    try folder.tree(["val/images/a.png": picture, "val/masks/a.png": maskPNG(rows)])
    #expect {
      try SegmentationPair.openForEvaluation(path: folder.path)
    } throws: { error in
      guard case .malformed(let path, _, _, _)? = error as? DatasetError else { return false }
      return path == folder("classes.txt")
    }
  }

  @Test func missingFilesAreLeftOut() throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "JPEGImages/a.png": picture, "JPEGImages/b.png": picture,
      "SegmentationClass/a.png": maskPNG(rows), "SegmentationClass/c.png": maskPNG(rows),
      "ImageSets/Segmentation/val.txt": text("c", "b", "a", "a"),
      "ImageSets/Segmentation/test.txt": text("c"),
    ])
    let dataset = try SegmentationPair.openForEvaluation(path: folder.path)
    let list = folder("ImageSets/Segmentation/val.txt")
    #expect(dataset.names == ["a.png"])
    #expect(
      Set(dataset.defects) == [
        AnnotationDefect(place: "\(list):1", reason: "there is no picture 'c'"),
        AnnotationDefect(place: "\(list):2", reason: "there is no mask 'b'"),
        AnnotationDefect(place: "\(list):4", reason: "'a' is in the list already"),
      ])
    #expect(throws: DatasetError.self) {
      try SegmentationPair.openForEvaluation(path: folder.path, part: "test")
    }
  }

  /// What a scan finds, and what every reading of a mask would.
  @Test func badMasksAreFound() throws {
    let folder = try TemporaryFolder()
    let masks: [(String, [UInt8], String)] = [
      ("a", maskPNG(rows), ""), ("b", maskPNG([[0, 1], [1, 0]]), "expected the 3x2 pixels"),
      ("c", maskPNG([[0, 1, 0], [0, 2, 0]]), "row 1, column 1: expected a class below 2"),
      ("d", picture, "palette or gray"), ("e", Array(maskPNG(rows).dropLast(40)), "truncated"),
      ("f", maskPNG(rows), ""),
    ]
    var tree = ["classes.txt": text("sky", "road")]
    for (name, bytes, _) in masks {
      tree["val/images/\(name).png"] = name == "f" ? Array(picture.prefix(20)) : picture
      tree["val/masks/\(name).png"] = bytes
    }
    try folder.tree(tree)
    let dataset = try SegmentationPair.openForEvaluation(path: folder.path)
    let scan = DatasetScan(dataset, threads: 2)
    #expect(scan.checked == 6)
    #expect(scan.unreadable.map(\.name) == ["b.png", "c.png", "d.png", "e.png", "f.png"])
    let annotations = DatasetScan(dataset, annotationsOnly: true)
    #expect(annotations.unreadable.map(\.name) == scan.unreadable.map(\.name))
    for (bad, mask) in zip(scan.unreadable.prefix(4), masks.dropFirst()) {
      #expect(bad.reason.contains(mask.2), "\(bad.reason)")
    }
    for index in 1..<6 {
      #expect(throws: DatasetError.self) { try dataset.mask(at: index) }
    }
    let rest = scan.skippingBad(in: dataset)
    #expect(rest.names == ["a.png"])
    #expect(try rest.mask(at: 0).labels == rows.flatMap(\.self))
  }
}
