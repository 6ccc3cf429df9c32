/// How far an epoch is, as text for people.
public struct TrainingProgress: Equatable, Sendable {
  /// From 1.
  public var epoch: Int
  public var epochs: Int
  /// Steps of this epoch that are done, of how many.
  public var step: Int
  public var steps: Int
  public var imagesPerSecond: Double
  public var loss: Double
  public var learningRate: Double
  /// Until the end of the run; nil while that can't be told.
  public var secondsLeft: Double?

  public init(epoch: Int, epochs: Int, step: Int, steps: Int) {
    self.epoch = epoch
    self.epochs = epochs
    self.step = step
    self.steps = steps
    imagesPerSecond = 0
    loss = 0
    learningRate = 0
  }

  /// The line that a terminal redraws: `epoch 2/30 [=====>    ] 57% 412 img/s loss 2.317 ...`. On a
  /// narrow one the bar is shorter, and then the end is cut off.
  public func line(columns: Int) -> String {
    let start = "epoch \(epoch)/\(epochs) ["
    let percentage = steps > 0 ? 100 * min(step, steps) / steps : 0
    let end =
      "] \(percentage)% \(figures)" + (secondsLeft.map { " left \(Self.duration($0))" } ?? "")
    let width = min(max(columns - 1 - start.count - end.count, 5), 30)
    return String((start + bar(width) + end).prefix(max(columns - 1, 0)))
  }

  private func bar(_ width: Int) -> String {
    let filled = steps > 0 ? width * min(step, steps) / steps : 0
    guard filled < width else { return String(repeating: "=", count: width) }
    let head = step > 0 ? ">" : " "
    return String(repeating: "=", count: filled) + head
      + String(repeating: " ", count: width - filled - 1)
  }

  private var figures: String {
    "\(decimal(imagesPerSecond, digits: imagesPerSecond < 10 ? 1 : 0)) img/s "
      + "loss \(decimal(loss, digits: 4)) lr \(scientific(learningRate))"
  }

  /// A line without a bar, for reports that don't replace each other.
  public var report: String {
    "epoch \(epoch)/\(epochs) step \(step)/\(steps) \(figures)"
      + (secondsLeft.map { " left \(Self.duration($0))" } ?? "")
  }

  /// `1:02:03`, or `2:03` below an hour, or days and hours.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let total = Int(seconds.rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if total >= 86_400 { return "\(total / 86_400)d \(total / 3600 % 24)h" }
    let tail = "\(two(total % 60))"
    if total >= 3600 { return "\(total / 3600):\(two(total / 60 % 60)):\(tail)" }
    return "\(total / 60):\(tail)"
  }
}

extension EpochRecord {
  /// The line that tells of an epoch: `epoch 2/30 train 2.3170 loss 2.0421 top1 51.20 ...`.
  public func summary(epochs: Int) -> String {
    var figures: [(String, Double?, Int)] = [("train", trainLoss, 4)]
    for result in lossFirst {
      let name = result.figure.rawValue + (result.isAverage ? " ema" : "")
      figures.append((name, result.value, result.figure.digits))
    }
    figures.append(("img/s", imagesPerSecond, 0))
    let texts = figures.compactMap { name, value, digits in
      value.map { "\(name) \(decimal($0, digits: digits))" }
    }
    let time = seconds.map { [TrainingProgress.duration($0)] } ?? []
    return (["epoch \(epoch)/\(epochs)"] + texts + time).joined(separator: " ")
  }
}
