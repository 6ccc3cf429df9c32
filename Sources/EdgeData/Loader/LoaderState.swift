/// What a loader's threads agree on: who prepares which picture next, and where.
struct LoaderState: Sendable {
  /// A picture to prepare.
  struct Job: Sendable {
    let batch, slot: Int
    let buffer: FloatBuffer
  }

  private struct Filling: Sendable {
    let buffer: FloatBuffer
    /// The pictures that are not prepared yet.
    var remaining: Int
    /// The next picture that nobody has taken.
    var nextSlot = 0
    var failure: (slot: Int, error: LoadingError)?
  }

  enum Delivery {
    case ready(batch: Int, FloatBuffer)
    case failed(LoadingError)
    case end
  }

  private let batchSizes: [Int]
  private let depth: Int
  private let capacity: Int
  /// The batches that are begun and not delivered.
  private var filling: [Int: Filling] = [:]
  /// The last batch that was begun is the one before.
  private var nextBatch: Int
  private var nextDelivery: Int
  /// Buffers in use: of batches in the making, ready, or held by the consumer.
  private var alive = 0
  private var free: [FloatBuffer] = []
  private var isAwaited = false
  var isCancelled = false

  /// - Parameters:
  ///   - batchSizes: of all batches of the epoch.
  ///   - first: the batch to begin with.
  ///   - capacity: of a buffer, in values.
  init(batchSizes: [Int], first: Int, depth: Int, capacity: Int) {
    self.batchSizes = batchSizes
    self.depth = depth
    self.capacity = capacity
    nextBatch = first
    nextDelivery = first
  }

  /// Whether no more pictures will be handed out.
  var isFinished: Bool {
    isCancelled || nextBatch >= batchSizes.count && !hasUntaken
  }

  private var hasUntaken: Bool {
    filling[nextBatch - 1].map { $0.nextSlot < batchSizes[nextBatch - 1] } ?? false
  }

  /// The next picture; nil where there is none, for now or at all.
  mutating func takeJob() -> Job? {
    if isCancelled { return nil }
    if !hasUntaken { beginBatch() }
    let batch = nextBatch - 1
    guard hasUntaken, var entry = filling[batch] else { return nil }
    defer { filling[batch] = entry }
    defer { entry.nextSlot += 1 }
    return Job(batch: batch, slot: entry.nextSlot, buffer: entry.buffer)
  }

  /// Begins the next batch where a buffer is to be had; and where the consumer holds all of them and
  /// waits for another one, as it would wait forever.
  private mutating func beginBatch() {
    guard nextBatch < batchSizes.count, alive < depth || isAwaited && filling.isEmpty else {
      return
    }
    alive += 1
    let buffer = free.popLast() ?? FloatBuffer(capacity: capacity)
    filling[nextBatch] = Filling(buffer: buffer, remaining: batchSizes[nextBatch])
    nextBatch += 1
  }

  /// Notes that a picture is done. True where someone may be waiting for that.
  mutating func finish(_ job: Job, _ error: LoadingError?) -> Bool {
    guard var entry = filling[job.batch] else { return false }
    entry.remaining -= 1
    if let error {
      if job.slot < entry.failure?.slot ?? .max { entry.failure = (job.slot, error) }
      // Pictures are handed out in order: those before this one are at work or done.
      entry.remaining -= batchSizes[job.batch] - entry.nextSlot
      entry.nextSlot = batchSizes[job.batch]
      nextBatch = max(nextBatch, batchSizes.count)
    }
    filling[job.batch] = entry
    return entry.remaining == 0
  }

  /// The next batch in order; nil while it is in the making.
  mutating func deliver() -> Delivery? {
    if nextDelivery >= batchSizes.count { return .end }
    isAwaited = true
    guard let entry = filling[nextDelivery], entry.remaining == 0 else { return nil }
    isAwaited = false
    if let failure = entry.failure { return .failed(failure.error) }
    filling[nextDelivery] = nil
    defer { nextDelivery += 1 }
    return .ready(batch: nextDelivery, entry.buffer)
  }

  mutating func giveBack(_ buffer: FloatBuffer) {
    alive -= 1
    if alive + free.count < depth { free.append(buffer) }
  }
}
