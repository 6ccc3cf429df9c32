/// All pictures once, in the data set's order, for evaluation.
///
/// Nothing is left out or comes twice: with several machines, one may have fewer pictures and even
/// fewer batches than another. PyTorch's `DistributedSampler` fills up with duplicates instead,
/// which changes the measured accuracy.
public struct SequentialSampler: BatchSampler {
  private let count, batchSize, height, width: Int
  private let shard: Shard

  public init(
    count: Int, batchSize: Int, height: Int, width: Int, shard: Shard = .whole
  ) throws(SamplerError) {
    try SamplerError.check(pictures: count, batchSize: batchSize, height: height, width: width)
    (self.count, self.batchSize, self.height, self.width) = (count, batchSize, height, width)
    self.shard = shard
  }

  public func batches(epoch: Int = 0) -> [BatchRequest] {
    EpochOrder(sequential: count).part(shard)
      .batches(of: batchSize, dropsLast: false, height: height, width: width)
  }

  /// Of this machine.
  public func batchCount(epoch: Int = 0) -> Int {
    let share = (count - shard.rank + shard.worldSize - 1) / shard.worldSize
    return batchCountOf(max(0, share), batchSize, dropsLast: false)
  }
}
