import EdgeBoxes
import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeData

@Suite struct COCODetectionTests {
  private func opened(
    _ folder: borrowing TemporaryFolder, _ file: COCOBuilder
  ) throws -> COCODetection {
    try COCODetection(
      annotations: try folder.file("train.json", file.bytes), pictures: folder.path)
  }

  @Test func annotationsAreRead() throws {
    let folder = try TemporaryFolder()
    try folder.tree(["b.png": tinyPNG([1, 2, 3]), "a.png": tinyPNG(), "sub/c.png": tinyPNG()])
    var file = COCOBuilder()
    file.picture(42, "b.png")
    file.picture(7, "a.png")
    file.picture(9, "sub/c.png")
    file.object(1, in: 7, [1, 2, 3.5, 4], category: 7)
    file.object(2, in: 42, [0, 0, 20, 10], more: #", "iscrowd": 1, "area": 12.5"#)
    file.object(
      5, in: 7, [0, 0, 1, 1], more: #", "segmentation": [[1, 2, 3]], "other": {"x": null}"#)
    let dataset = try opened(folder, file)
    #expect(dataset.classNames == ["cat", "dog"] && dataset.categoryIdentifiers == [3, 7])
    #expect(dataset.names == ["b.png", "a.png", "sub/c.png"])
    #expect((0..<3).map { dataset.identifier(at: $0) } == [42, 7, 9])
    #expect(
      dataset.objects(at: 1) == [
        ObjectAnnotation(box: Box(left: 1, top: 2, right: 4.5, bottom: 6), label: 1),
        ObjectAnnotation(box: Box(left: 0, top: 0, right: 1, bottom: 1), label: 0),
      ])
    let crowd = try #require(dataset.objects(at: 0).first)
    #expect(crowd.isCrowd && crowd.area == 12.5 && !crowd.isDifficult)
    #expect(dataset.objects(at: 2).isEmpty)
    #expect(dataset.size(at: 0)?.width == 20 && dataset.size(at: 0)?.height == 10)
    #expect(try dataset.content(at: 0) == .encoded(tinyPNG([1, 2, 3])))
    #expect(dataset.defects.isEmpty)
    // Without objects, or with a crowd only, there is nothing to learn.
    #expect(dataset.withoutEmpty.names == ["a.png"])
    #expect(dataset.withoutEmpty.identifier(at: 0) == 7)
  }

  /// Each of these is left out with a word, and nothing else is.
  @Test func defectsAreLeftOut() throws {
    let folder = try TemporaryFolder()
    try folder.tree(["set/a.png": tinyPNG(), "set/b.png": tinyPNG(), "x.png": tinyPNG()])
    var file = COCOBuilder()
    file.picture(1, "a.png")
    file.picture(1, "b.png")
    file.picture(2, "gone.png")
    file.picture(3, "a.png")
    file.picture(4, "../x.png")
    file.picture(5, "b.png")
    let good = [4.0, 4, 2, 2]
    file.object(10, in: 1, good)
    file.object(10, in: 5, good)
    file.object(11, in: 77, good)
    file.object(12, in: 2, good)
    file.object(13, in: 5, good, category: 4)
    file.object(14, in: 5, [4, 4, 0, 2])
    file.object(15, in: 5, [4, 4, 2, -1])
    file.object(16, in: 5, [4, 4, 2])
    file.object(17, in: 5, [4, 4, 18, 2])
    file.object(18, in: 5, [-1, -0.5, 21.5, 11])
    file.object(19, in: 5, [20, 4, 1, 1])
    let path = try folder.file("train.json", file.bytes)
    let dataset = try COCODetection(annotations: path, pictures: folder("set"))
    #expect(dataset.names == ["a.png", "b.png"])
    #expect((0..<2).map { dataset.identifier(at: $0) } == [1, 5])
    #expect(dataset.objects(at: 0).count == 1)
    // Those that a picture can't have stay for the evaluation.
    #expect(dataset.objects(at: 1).map(\.isDefective) == [true, true, true, false, true])
    #expect(
      dataset.objects(at: 1)[3].box == Box(left: -1, top: -0.5, right: 20.5, bottom: 10.5))
    let places = dataset.defects.map { $0.place.dropFirst("\(path): ".count) }
    #expect(
      places == [
        "images[1], id 1", "images[2], id 2", "images[3], id 3", "images[4], id 4",
        "annotations[1], id 10", "annotations[2], id 11", "annotations[4], id 13",
        "annotations[5], id 14", "annotations[6], id 15", "annotations[7], id 16",
        "annotations[8], id 17", "annotations[10], id 19",
      ])
    let reasons = [
      "has this id", "gone.png", "has the file", "../x.png", "has this id", "the id 77",
      "the id 4", "no area", "no area", "3 numbers", "beyond the 20x10", "outside the 20x10",
    ]
    for (defect, reason) in zip(dataset.defects, reasons) {
      #expect(defect.reason.contains(reason), "\(defect)")
    }
  }

  @Test(
    arguments: [
      (#"{"images": [], "annotations": {}, "categories": []}"#, "annotations"),
      (#"{"images": [], "annotations": []}"#, "categories"),
      (#"{"images": [{"id": "a"}], "annotations": [], "categories": []}"#, "images[0].id"),
      ("[1, 2", "the file"), ("", "the file"),
      (String(repeating: "[", count: 2000), "the file"),
    ])
  func damageTellsThePlace(text: String, place: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("train.json", Array(text.utf8))
    #expect {
      try COCODetection(annotations: path, pictures: folder.path)
    } throws: { error in
      guard case .malformed(path, place, _, _)? = error as? DatasetError else { return false }
      return true
    }
  }

  @Test func wrongBoxesTellTheirPlace() throws {
    let folder = try TemporaryFolder()
    var file = COCOBuilder()
    file.picture(1, "a.png")
    for id in 0..<3 { file.object(id, in: 1, [0, 0, 1, 1]) }
    file.annotations[2] = #"{"image_id": 1, "category_id": 3, "bbox": [1, 2, "3", 4]}"#
    let path = try folder.file("train.json", file.bytes)
    #expect {
      try COCODetection(annotations: path, pictures: folder.path)
    } throws: { error in
      guard case .malformed(path, "annotations[2].bbox[2]", _, _)? = error as? DatasetError else {
        return false
      }
      return true
    }
  }

  @Test func pictureMustBeThere() throws {
    let folder = try TemporaryFolder()
    var file = COCOBuilder()
    file.picture(1, "a.png")
    let path = try folder.file("train.json", file.bytes)
    #expect(
      throws: DatasetError.malformed(
        path: path, place: "images", expected: "pictures in \(folder.path)",
        found: "none of 1 there")
    ) { try COCODetection(annotations: path, pictures: folder.path) }
    file.categories.append(file.categories[0])
    #expect(throws: DatasetError.self) { try opened(folder, file) }
  }
}
