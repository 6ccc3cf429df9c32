/// All pictures once an epoch, in random order.
///
/// With several machines, the order is filled up from its start to a multiple of their number and
/// dealt out one by one, as PyTorch's `DistributedSampler` does.
public struct ShuffledSampler: BatchSampler {
  private let count, batchSize, height, width: Int
  private let seed: UInt64
  private let shard: Shard
  private let dropsLast: Bool

  /// - Parameters:
  ///   - count: of the data set's pictures.
  ///   - batchSize: on each machine.
  ///   - dropsLast: whether the last batch is left out where it would be smaller.
  public init(
    count: Int, batchSize: Int, height: Int, width: Int, seed: UInt64, shard: Shard = .whole,
    dropsLast: Bool = true
  ) throws(SamplerError) {
    try SamplerError.check(pictures: count, batchSize: batchSize, height: height, width: width)
    (self.count, self.batchSize, self.height, self.width) = (count, batchSize, height, width)
    (self.seed, self.shard, self.dropsLast) = (seed, shard, dropsLast)
    guard batchCount(epoch: 0) > 0 else {
      throw .everyBatchDropped(
        pictures: count, batchSize: batchSize, worldSize: shard.worldSize)
    }
  }

  public func batches(epoch: Int) -> [BatchRequest] {
    EpochOrder(shuffled: count, seed: seed, epoch: epoch)
      .padded(to: shareCount * shard.worldSize)
      .part(shard)
      .batches(of: batchSize, dropsLast: dropsLast, height: height, width: width)
  }

  public func batchCount(epoch: Int) -> Int {
    batchCountOf(shareCount, batchSize, dropsLast: dropsLast)
  }

  /// The pictures of each machine.
  private var shareCount: Int { (count + shard.worldSize - 1) / shard.worldSize }
}
