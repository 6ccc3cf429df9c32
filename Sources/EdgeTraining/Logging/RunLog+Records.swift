import EdgeFormats

extension RunLog {
  /// The figures of all epochs in a log.
  ///
  /// - Throws: `FormatError` where the file can't be read, or a line isn't that of an epoch.
  package static func records(contentsOf path: String) throws(FormatError) -> [EpochRecord] {
    let text = try TextFile.read(contentsOf: path, sizeLimit: sizeLimit)
    var records: [EpochRecord] = []
    for (index, line) in text.split(separator: "\n").enumerated() {
      guard let json = try? JSONReader.read(String(line)), let record = EpochRecord(json) else {
        throw .malformed(
          path: path, place: "line \(index + 1)", expected: "a JSON object with epoch and step",
          found: "other text")
      }
      records.append(record)
    }
    return records
  }
}

extension EpochRecord {
  /// What ``line`` says; nil without epoch and step.
  fileprivate init?(_ json: JSONValue) {
    guard case .object(let members) = json, let epoch = json["epoch"]?.integer,
      let step = json["step"]?.integer
    else { return nil }
    self.init(epoch: epoch, step: step)
    trainLoss = json["train_loss"]?.double
    learningRate = json["lr"]?.double
    results = members.compactMap { Result(key: $0.name, value: $0.value.double) }
    seconds = json["seconds"]?.double
    imagesPerSecond = json["images_per_s"]?.double
  }
}
