import EdgeFormats

/// Where a training run stands.
public struct TrainingState: Equatable, Sendable {
  /// The best validation so far.
  public struct Best: Equatable, Sendable {
    public var epoch: Int
    /// What it was the best by.
    public var figure: Figure
    public var value: Double

    public init(epoch: Int, figure: Figure, value: Double) {
      self.epoch = epoch
      self.figure = figure
      self.value = value
    }
  }

  public var recipe: TrainingRecipe
  /// Epochs that are complete.
  public var epoch: Int
  /// Steps of the schedules.
  public var step: Int
  /// Changes of the weights, which are fewer where steps were left out.
  public var updates: Int
  /// Batches of the running epoch that were used already; 0 between epochs.
  public var samplerPosition: Int
  /// The loss of the running epoch so far.
  public var loss = RunningMean()
  /// What the orders and random numbers follow from.
  public var seed: Int
  public var best: Best?
  /// The best validation of the averaged weights.
  public var bestAverage: Best?

  /// The state before the first step.
  public init(recipe: TrainingRecipe) {
    self.recipe = recipe
    epoch = 0
    step = 0
    updates = 0
    samplerPosition = 0
    seed = recipe.seed
  }
}

extension TrainingState {
  /// The form that ``json`` has.
  private static let version = 1

  /// One line of JSON.
  var json: JSONValue {
    .object([
      Self.member("version", .integer(Self.version)), Self.member("epoch", .integer(epoch)),
      Self.member("step", .integer(step)), Self.member("updates", .integer(updates)),
      Self.member("sampler_position", .integer(samplerPosition)),
      Self.member("loss_sum", .number(loss.sum)), Self.member("loss_count", .integer(loss.count)),
      Self.member("seed", .integer(seed)), Self.member("best", Self.json(best)),
      Self.member("best_ema", Self.json(bestAverage)), Self.member("recipe", recipe.json),
    ])
  }

  private static func member(_ name: String, _ value: JSONValue) -> JSONValue.Member {
    JSONValue.Member(name: name, value: value)
  }

  private static func json(_ best: Best?) -> JSONValue {
    guard let best else { return .null }
    return .object([
      member("epoch", .integer(best.epoch)),
      member(best.figure.rawValue, .number(best.value)),
    ])
  }

  /// Reads what ``json`` writes.
  ///
  /// - Parameter path: the checkpoint, for messages.
  init(json text: String, path: String) throws(FormatError) {
    let place = "metadata 'training'"
    guard let json = try? JSONReader.read(text) else {
      throw .malformed(path: path, place: place, expected: "JSON", found: "other text")
    }
    guard json["version"]?.integer == Self.version else {
      throw .unsupported(
        path: path, place: place, feature: "this version of a run's state",
        advice: "go on with the program that wrote it, or start anew with --weights")
    }
    do throws(RecipeError) {
      recipe = try TrainingRecipe(json: json["recipe"] ?? .null, path: path)
    } catch {
      throw .malformed(
        path: path, place: place, expected: "a recipe", found: error.description)
    }
    epoch = try Self.count("epoch", json, path)
    step = try Self.count("step", json, path)
    updates = try Self.count("updates", json, path)
    samplerPosition = try Self.count("sampler_position", json, path)
    seed = try Self.count("seed", json, path, limit: .max)
    // Earlier versions left it out.
    if let sum = json["loss_sum"]?.double {
      loss = RunningMean(sum: sum, count: try Self.count("loss_count", json, path))
    }
    best = try Self.best("best", json, path)
    bestAverage = try Self.best("best_ema", json, path)
  }

  private static func count(
    _ name: String, _ json: JSONValue, _ path: String, limit: Int = 1 << 40
  ) throws(FormatError) -> Int {
    guard let value = json[name]?.integer, (0...limit).contains(value) else {
      throw .malformed(
        path: path, place: "metadata 'training'", expected: "'\(name)' from 0 to \(limit)",
        found: json[name]?.description ?? "nothing")
    }
    return value
  }

  private static func best(
    _ name: String, _ json: JSONValue, _ path: String
  ) throws(FormatError) -> Best? {
    guard let value = json[name], value != .null else { return nil }
    guard let epoch = value["epoch"]?.integer, epoch >= 0,
      let figure = Figure.allCases.first(where: { value[$0.rawValue] != nil }),
      let found = value[figure.rawValue]?.double, found.isFinite,
      !figure.isPercentage || (0...100).contains(found)
    else {
      throw .malformed(
        path: path, place: "metadata 'training'",
        expected: "'\(name)' with an epoch and a percentage", found: value.description)
    }
    return Best(epoch: epoch, figure: figure, value: found)
  }
}
