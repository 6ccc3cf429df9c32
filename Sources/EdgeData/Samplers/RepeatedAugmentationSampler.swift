/// Repeated augmentation (Hoffer et al., arXiv:1901.09335), with the rule of DeiT's `RASampler`,
/// which EdgeViT uses: an epoch is as long as without, but each picture that is drawn comes
/// `repeats` times, on different machines where there are several, augmented differently each time.
/// So an epoch sees only one `repeats`-th of the pictures.
///
/// Each machine has ⌊⌊count / 256⌋ · 256 / machines⌋ pictures an epoch, as there. For less than
/// 2,560 pictures, where that leaves out up to a tenth or even all, it is ⌊count / machines⌋, and at
/// least 1. The last incomplete batch is dropped.
public struct RepeatedAugmentationSampler: BatchSampler {
  private let count, batchSize, height, width, repeats: Int
  private let seed: UInt64
  private let shard: Shard

  /// - Parameter batchSize: on each machine.
  public init(
    count: Int, batchSize: Int, height: Int, width: Int, seed: UInt64, shard: Shard = .whole,
    repeats: Int = 3
  ) throws(SamplerError) {
    try SamplerError.check(pictures: count, batchSize: batchSize, height: height, width: width)
    try SamplerError.check("number of repeats", repeats, atLeast: 1)
    (self.count, self.batchSize, self.height, self.width) = (count, batchSize, height, width)
    (self.seed, self.shard, self.repeats) = (seed, shard, repeats)
    guard batchCount(epoch: 0) > 0 else {
      throw .everyBatchDropped(
        pictures: count, batchSize: batchSize, worldSize: shard.worldSize)
    }
  }

  public func batches(epoch: Int) -> [BatchRequest] {
    let total = (count * repeats + shard.worldSize - 1) / shard.worldSize * shard.worldSize
    return EpochOrder(shuffled: count, seed: seed, epoch: epoch)
      .repeated(repeats)
      .padded(to: total, rounds: repeats)
      .part(shard)
      .prefix(shareCount)
      .batches(of: batchSize, dropsLast: true, height: height, width: width)
  }

  public func batchCount(epoch: Int) -> Int { shareCount / batchSize }

  /// The pictures of each machine.
  var shareCount: Int {
    let used = count < 2560 ? count : count / 256 * 256
    return max(1, used / shard.worldSize)
  }
}
