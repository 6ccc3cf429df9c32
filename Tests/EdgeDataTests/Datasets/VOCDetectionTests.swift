import EdgeBoxes
import TestSupport
import Testing

@testable import EdgeData

@Suite struct VOCDetectionTests {
  private func list(_ lines: String...) -> [UInt8] {
    Array(lines.joined(separator: "\n").utf8)
  }

  @Test func annotationsAreRead() throws {
    let folder = try TemporaryFolder()
    let parts = "<part><name>head</name><bndbox><xmin>1</xmin></bndbox></part>"
    try folder.tree([
      "JPEGImages/one.png": tinyPNG([9, 8, 7]), "JPEGImages/two.png": tinyPNG(),
      "Annotations/one.xml": vocXML([
        ("zebra", [1, 1, 20, 10], "<difficult>0</difficult>"),
        ("ape", [3, 4, 3, 6], "<difficult>1</difficult>" + parts),
      ]),
      "Annotations/two.xml": vocXML([("bee", [2, 2, 5, 5], "")]),
      "ImageSets/Main/train.txt": list("one  1", "", " two -1"),
      "ImageSets/Main/val.txt": list("two"),
    ])
    let dataset = try VOCDetection(folder.path, part: "train")
    #expect(dataset.classNames == ["ape", "bee", "zebra"])
    #expect(dataset.names == ["one.png", "two.png"])
    #expect(
      dataset.objects(at: 0) == [
        ObjectAnnotation(box: Box(left: 0, top: 0, right: 20, bottom: 10), label: 2),
        ObjectAnnotation(
          box: Box(left: 2, top: 3, right: 3, bottom: 6), label: 0, isDifficult: true),
      ])
    #expect(dataset.identifier(at: 1) == 1 && dataset.categoryIdentifiers == [1, 2, 3])
    #expect(dataset.size(at: 0)?.width == 20)
    #expect(try dataset.content(at: 0) == .encoded(tinyPNG([9, 8, 7])))
    #expect(dataset.defects.isEmpty)
    // The classes are those of all parts.
    let validation = try VOCDetection(folder.path, part: "val")
    #expect(validation.classNames == dataset.classNames && validation.names == ["two.png"])
    #expect(validation.objects(at: 0).map(\.label) == [1])
    #expect(
      throws: DatasetError.noPart(path: folder.path, expected: ["test"], found: ["train", "val"])
    ) { try VOCDetection(folder.path, part: "test") }
  }

  @Test func classesOfVOCAreKnown() throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "JPEGImages/one.png": tinyPNG(), "ImageSets/Main/val.txt": list("one"),
      "Annotations/one.xml": vocXML(folder: "VOC2007", [("cat", [1, 1, 2, 2], "")]),
    ])
    let dataset = try VOCDetection(folder.path, part: "val")
    #expect(dataset.classNames.count == 20 && dataset.objects(at: 0)[0].label == 7)
    // A data set of one's own has the classes that it has.
    try folder.tree(["Annotations/one.xml": vocXML([("cat", [1, 1, 2, 2], "")])])
    #expect(try VOCDetection(folder.path, part: "val").classNames == ["cat"])
    try folder.tree(["classes.txt": list("dog", " cat ", "")])
    let named = try VOCDetection(folder.path, part: "val")
    #expect(named.classNames == ["dog", "cat"] && named.objects(at: 0)[0].label == 1)
    try folder.tree(["classes.txt": list("dog", "dog")])
    #expect(throws: DatasetError.self) { try VOCDetection(folder.path, part: "val") }
  }

  @Test func defectsAreLeftOut() throws {
    let folder = try TemporaryFolder()
    var tree: [String: [UInt8]] = [
      "ImageSets/Main/train.txt": list(
        "one", "one", "broken", "picture", "annotation", "../one", "bomb"),
      "classes.txt": list("cat"), "Annotations/broken.xml": list("<annotation>", "<x>"),
      "Annotations/bomb.xml": list("<!DOCTYPE a [", "]>", "<annotation/>"),
      "Annotations/picture.xml": vocXML([]),
      "Annotations/one.xml": vocXML([
        ("cat", [0, 1, 21, 10], ""), ("dog", [1, 1, 2, 2], ""), ("cat", [5, 5, 4, 6], ""),
        ("cat", [1, 1, 23, 2], ""), ("cat", [1, 1, 2], ""), ("", [1, 1, 2, 2], ""),
      ]),
    ]
    for name in ["one", "broken", "annotation", "bomb"] {
      tree["JPEGImages/\(name).png"] = tinyPNG()
    }
    try folder.tree(tree)
    let dataset = try VOCDetection(folder.path, part: "train")
    #expect(dataset.names == ["one.png"])
    // Those that a picture can't have stay for the evaluation.
    #expect(dataset.objects(at: 0).map(\.isDefective) == [false, true, true])
    #expect(dataset.objects(at: 0)[0].box == Box(left: -1, top: 0, right: 21, bottom: 10))
    let found = dataset.defects.map { "\($0)".dropFirst(folder.path.count + 1) }
    let expected = [
      ("ImageSets/Main/train.txt:2:", "in the list already"),
      ("Annotations/one.xml:6:", "no area"), ("Annotations/one.xml:7:", "beyond the 20x10"),
      ("Annotations/one.xml:8:", "ymax"), ("Annotations/one.xml:9:", "without a name"),
      ("Annotations/one.xml:5:", "'dog' is none"), ("Annotations/broken.xml:2:", "XML"),
      ("ImageSets/Main/train.txt:4:", "picture 'picture'"),
      ("ImageSets/Main/train.txt:5:", "annotation 'annotation.xml'"),
      ("ImageSets/Main/train.txt:6:", "annotation '../one.xml'"),
      ("Annotations/bomb.xml:", "DOCTYPE"),
    ]
    #expect(found.count == expected.count)
    for (defect, (place, reason)) in zip(found, expected) {
      #expect(defect.hasPrefix(place) && defect.contains(reason), "\(defect)")
    }
  }

  @Test func partsNeedPictures() throws {
    let folder = try TemporaryFolder()
    try folder.tree([
      "JPEGImages/": [], "Annotations/one.xml": vocXML([("cat", [1, 1, 2, 2], "")]),
      "ImageSets/Main/train.txt": list("one"),
    ])
    #expect {
      try VOCDetection(folder.path, part: "train")
    } throws: { error in
      guard
        case .malformed(folder.path, "ImageSets/Main/train.txt", _, let found)? =
          error as? DatasetError
      else { return false }
      return found.contains("no picture 'one'")
    }
  }
}
