import EdgeFormats

/// The figures of one epoch.
public struct EpochRecord: Equatable, Sendable {
  /// A figure of validation.
  public struct Result: Equatable, Sendable {
    public let figure: Figure
    /// Whether it is that of the averaged weights.
    public let isAverage: Bool
    public let value: Double?

    public init(_ figure: Figure, isAverage: Bool = false, _ value: Double?) {
      self.figure = figure
      self.isAverage = isAverage
      self.value = value
    }
  }

  public var epoch: Int
  public var step: Int
  public var trainLoss: Double?
  public var learningRate: Double?
  /// In the order of the log.
  public var results: [Result] = []
  public var seconds: Double?
  public var imagesPerSecond: Double?

  public init(epoch: Int, step: Int) {
    self.epoch = epoch
    self.step = step
  }

  /// A figure of validation; nil where it isn't known.
  public subscript(figure: Figure, isAverage isAverage: Bool = false) -> Double? {
    results.first { $0.figure == figure && $0.isAverage == isAverage }.flatMap(\.value)
  }

  /// The results with the loss before the others, as people read them.
  var lossFirst: [Result] {
    results.filter { $0.figure == .loss } + results.filter { $0.figure != .loss }
  }

  /// One line of JSON without its end; what is missing or not finite is null.
  public var line: String {
    var numbers: [(String, Double?)] = [("train_loss", trainLoss), ("lr", learningRate)]
    for result in results { numbers.append((result.key, result.value)) }
    numbers += [("seconds", seconds), ("images_per_s", imagesPerSecond)]
    let members =
      [("epoch", JSONValue.integer(epoch)), ("step", .integer(step))]
      + numbers.map { ($0.0, $0.1.map { .number($0) } ?? .null) }
    return JSONValue.object(members.map { JSONValue.Member(name: $0.0, value: $0.1) }).description
  }
}

extension EpochRecord.Result {
  private static let averageEnd = "_ema"

  /// In the log: `top1`, or `top1_ema` of the averaged weights.
  var key: String { figure.rawValue + (isAverage ? Self.averageEnd : "") }

  /// Nil for keys of something else.
  init?(key: String, value: Double?) {
    let isAverage = key.hasSuffix(Self.averageEnd)
    let name = isAverage ? String(key.dropLast(Self.averageEnd.count)) : key
    guard let figure = Figure(rawValue: name) else { return nil }
    self.init(figure, isAverage: isAverage, value)
  }
}
