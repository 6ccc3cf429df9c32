import EdgeBoxes
import EdgeFormats
import EdgeTraining
import FoundationEssentials
import TestSupport
import Testing

@Suite struct DetectionResultFileTests {
  private func detection(_ right: Double, label: Int = 0, score: Double = 0.5) -> Detection {
    Detection(box: Box(left: 1.5, top: 2, right: right, bottom: 4.25), label: label, score: score)
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  @Test func writesWhatCOCOReads() throws {
    let folder = try TemporaryFolder()
    let path = folder("bbox.json")
    var file = try DetectionResultFile(path)
    try file.append([], image: 1, categories: [])
    try file.append(
      [detection(4), detection(8.5, label: 1, score: 1)], image: 139, categories: [1, 90])
    try file.append([detection(2, score: 1e-7)], image: 724, categories: [1, 90])
    #expect(try folder.names.allSatisfy { $0 != "bbox.json" })
    try file.commit()
    let lines = [
      "[",
      #"{"image_id":139,"category_id":1,"bbox":[1.5,2.0,2.5,2.25],"score":0.5},"#,
      #"{"image_id":139,"category_id":90,"bbox":[1.5,2.0,7.0,2.25],"score":1.0},"#,
      #"{"image_id":724,"category_id":1,"bbox":[1.5,2.0,0.5,2.25],"score":1e-07}"#,
      "]",
    ]
    #expect(try text(path) == lines.joined(separator: "\n") + "\n")
    #expect(try JSONReader.read(text(path)).elements?.count == 3)
  }

  @Test func withoutDetections() throws {
    let folder = try TemporaryFolder()
    let path = folder("bbox.json")
    var file = try DetectionResultFile(path)
    try file.append(
      [detection(.infinity), detection(4, score: .nan)], image: 1, categories: [1])
    try file.commit()
    #expect(try JSONReader.read(text(path)) == .array([]))
  }

  @Test func leavesNothingUnlessItIsCommitted() throws {
    let folder = try TemporaryFolder()
    do {
      var file = try DetectionResultFile(folder("bbox.json"))
      try file.append([detection(4)], image: 1, categories: [1])
    }
    #expect(try folder.names.isEmpty)
    let path = folder("none/bbox.json")
    #expect(throws: FormatError.self) { _ = try DetectionResultFile(path) }
  }
}
