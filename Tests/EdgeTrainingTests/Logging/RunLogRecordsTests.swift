import EdgeFormats
import TestSupport
import Testing

@testable import EdgeTraining

@Suite struct RunLogRecordsTests {
  @Test func readsWhatItWrites() throws {
    let folder = try TemporaryFolder()
    var full = EpochRecord(epoch: 2, step: 20)
    full.trainLoss = 2.25
    full.learningRate = 1e-3
    full.results = [
      .init(.top1, 50), .init(.top5, 75.5), .init(.loss, 1.5), .init(.top1, isAverage: true, 51),
    ]
    full.seconds = 3
    full.imagesPerSecond = 400
    let records = [EpochRecord(epoch: 1, step: 10), full]
    let log = try RunLog(folder("log.jsonl"), resumingAfter: nil)
    for record in records { try log.append(record) }
    let read = try RunLog.records(contentsOf: folder("log.jsonl"))
    #expect(read == records)
    #expect(read[1][.top1] == 50 && read[1][.top1, isAverage: true] == 51)
    #expect(read[1][.ap] == nil && read[0][.top1] == nil)
  }

  /// Each task has its own figures; what isn't known stays so.
  @Test func readsOtherTasks() throws {
    let folder = try TemporaryFolder()
    var record = EpochRecord(epoch: 1, step: 3)
    record.results = [
      .init(.ap, 12.5), .init(.ap50, 30), .init(.loss, nil), .init(.ap, isAverage: true, nil),
    ]
    #expect(
      record.line.contains(#""ap":12.5,"ap50":30.0,"loss":null,"ap_ema":null,"seconds":null"#))
    try RunLog(folder("log.jsonl"), resumingAfter: nil).append(record)
    #expect(try RunLog.records(contentsOf: folder("log.jsonl")) == [record])
  }

  @Test(arguments: ["{\"epoch\":1}", "{\"epoch\":1,\"step\":2", "[]", "epoch"])
  func refusesOtherText(line: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("log.jsonl", "{\"epoch\":1,\"step\":2}\n\(line)\n".utf8)
    #expect(
      throws: FormatError.malformed(
        path: path, place: "line 2", expected: "a JSON object with epoch and step",
        found: "other text")
    ) { try RunLog.records(contentsOf: path) }
  }
}
