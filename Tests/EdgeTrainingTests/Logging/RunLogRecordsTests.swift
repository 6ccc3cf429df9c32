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
    full.top1 = 50
    full.top5 = 75.5
    full.loss = 1.5
    full.top1Average = 51
    full.seconds = 3
    full.imagesPerSecond = 400
    let records = [EpochRecord(epoch: 1, step: 10), full]
    let log = try RunLog(folder("log.jsonl"), resumingAfter: nil)
    for record in records { try log.append(record) }
    #expect(try RunLog.records(contentsOf: folder("log.jsonl")) == records)
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
