/// The pictures of one batch, before any of them is read.
public struct BatchRequest: Sendable, Equatable {
  /// Indices into the data set.
  public var indices: [Int]
  /// How often each was drawn before in its epoch, on any machine: 0, but for repeated augmentation
  /// and for pictures that fill up the end. It keeps the augmentations of one picture apart.
  public var repeats: [Int]
  /// Of the network's input, in pixels.
  public var height, width: Int

  /// - Precondition: there are as many `repeats` as `indices`.
  public init(indices: [Int], repeats: [Int], height: Int, width: Int) {
    precondition(indices.count == repeats.count, "\(indices.count), \(repeats.count)")
    self.indices = indices
    self.repeats = repeats
    self.height = height
    self.width = width
  }

  public var count: Int { indices.count }
}

/// Divides a data set into batches. An epoch's batches follow from the sampler and the epoch's
/// number alone, so that a run goes on at any (epoch, batch) exactly as if it had never stopped.
public protocol BatchSampler: Sendable {
  /// The batches of one epoch (from 0) for this machine.
  func batches(epoch: Int) -> [BatchRequest]
  /// The number of ``batches(epoch:)``, without making them; the same on all machines that train.
  func batchCount(epoch: Int) -> Int
  /// The steps of the optimizer in an epoch, when each takes `accumulation` batches. Batches left
  /// over make no step.
  func stepCount(epoch: Int, accumulation: Int) -> Int
}

extension BatchSampler {
  public func stepCount(epoch: Int, accumulation: Int) -> Int {
    batchCount(epoch: epoch) / accumulation
  }

  /// The steps in all epochs before one: where a schedule is when that begins.
  public func firstStep(epoch: Int, accumulation: Int) -> Int {
    (0..<epoch).reduce(0) { $0 + stepCount(epoch: $1, accumulation: accumulation) }
  }
}

/// Which part of every epoch a machine (or process) works on.
public struct Shard: Sendable, Equatable {
  public let rank, worldSize: Int

  /// One machine that does everything.
  public static let whole = Shard(rank: 0, worldSize: 1)

  /// - Precondition: `rank` is one of 0 ..< `worldSize`.
  public init(rank: Int, worldSize: Int) {
    precondition(0..<worldSize ~= rank, "rank \(rank) of \(worldSize)")
    self.rank = rank
    self.worldSize = worldSize
  }
}

/// Why there can be no batches.
public enum SamplerError: Error, Equatable, Sendable {
  case noPictures
  /// A number that must be larger.
  case tooSmall(option: String, found: Int, minimum: Int)
  /// The incomplete batch is to be dropped, and there is no other one.
  case everyBatchDropped(pictures: Int, batchSize: Int, worldSize: Int)
}

extension SamplerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noPictures: "a data set without pictures can't be divided into batches"
    case .tooSmall(let option, let found, let minimum):
      "the \(option) is \(found), expected at least \(minimum)"
    case .everyBatchDropped(let pictures, let batchSize, let worldSize):
      "\(pictures) pictures make no batch of \(batchSize)"
        + (worldSize > 1 ? " on each of \(worldSize) machines" : "")
        + ", and incomplete ones are dropped; use smaller batches"
    }
  }

  static func check(_ option: String, _ value: Int, atLeast minimum: Int) throws(SamplerError) {
    guard value >= minimum else { throw .tooSmall(option: option, found: value, minimum: minimum) }
  }

  static func check(
    pictures: Int, batchSize: Int, height: Int, width: Int
  ) throws(SamplerError) {
    guard pictures > 0 else { throw .noPictures }
    try check("batch size", batchSize, atLeast: 1)
    try check("input height", height, atLeast: 1)
    try check("input width", width, atLeast: 1)
  }
}
