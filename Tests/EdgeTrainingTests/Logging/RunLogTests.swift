import EdgeFormats
import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeTraining

@Suite struct RunLogTests {
  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  private func record(_ epoch: Int) -> EpochRecord { EpochRecord(epoch: epoch, step: 10 * epoch) }

  @Test func writesFieldsInOrder() {
    var record = EpochRecord(epoch: 3, step: 936)
    record.trainLoss = 2.5
    record.learningRate = 0.006
    record.results = [
      .init(.top1, 51.25), .init(.top5, 75), .init(.loss, .nan),
      .init(.top1, isAverage: true, nil),
    ]
    record.seconds = 12.5
    record.imagesPerSecond = .infinity
    #expect(
      record.line
        == #"{"epoch":3,"step":936,"train_loss":2.5,"lr":0.006,"top1":51.25,"top5":75.0,"#
        + #""loss":null,"top1_ema":null,"seconds":12.5,"images_per_s":null}"#)
  }

  @Test func keepsTheLinesOfTheResumedEpochs() throws {
    let folder = try TemporaryFolder()
    let path = folder("log.jsonl")
    let first = try RunLog(path, resumingAfter: nil)
    for epoch in 1...4 { try first.append(record(epoch)) }
    let lines = (1...4).map { record($0).line + "\n" }
    #expect(try text(path) == lines.joined())
    // The run was killed while it wrote a line.
    _ = try folder.file("log.jsonl", (lines.joined() + "{\"epoch\":5,\"st").utf8)
    try RunLog(path, resumingAfter: 2).append(record(3))
    #expect(try text(path) == lines[..<3].joined())
    try RunLog(path, resumingAfter: 3).append(record(4))
    #expect(try text(path) == lines.joined())
    _ = try RunLog(path, resumingAfter: nil)
    #expect(try text(path) == "")
    _ = try RunLog(folder("other.jsonl"), resumingAfter: 7)
    #expect(try folder.names == ["log.jsonl", "other.jsonl"])
  }

  @Test func leavesAloneWhatIsNoLog() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("log.jsonl", "{\"epoch\":1}\nnotes\n".utf8)
    #expect(
      throws: FormatError.malformed(
        path: path, place: "line 2", expected: "a JSON object with an epoch", found: "other text")
    ) { try RunLog(path, resumingAfter: 1) }
    #expect(try text(path) == "{\"epoch\":1}\nnotes\n")
  }
}
