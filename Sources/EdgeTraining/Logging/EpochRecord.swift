import EdgeFormats

/// The figures of one epoch.
public struct EpochRecord: Equatable, Sendable {
  public var epoch: Int
  public var step: Int
  public var trainLoss: Double?
  public var learningRate: Double?
  /// Validation: percentages and mean cross-entropy.
  public var top1, top5, loss: Double?
  /// Top-1 accuracy of the averaged weights.
  public var top1Average: Double?
  public var seconds: Double?
  public var imagesPerSecond: Double?

  public init(epoch: Int, step: Int) {
    self.epoch = epoch
    self.step = step
  }

  /// One line of JSON without its end; what is missing or not finite is null.
  public var line: String {
    let numbers: [(String, Double?)] = [
      ("train_loss", trainLoss), ("lr", learningRate), ("top1", top1), ("top5", top5),
      ("loss", loss), ("top1_ema", top1Average), ("seconds", seconds),
      ("images_per_s", imagesPerSecond),
    ]
    let members =
      [("epoch", JSONValue.integer(epoch)), ("step", .integer(step))]
      + numbers.map { ($0.0, $0.1.map { .number($0) } ?? .null) }
    return JSONValue.object(members.map { JSONValue.Member(name: $0.0, value: $0.1) }).description
  }
}
