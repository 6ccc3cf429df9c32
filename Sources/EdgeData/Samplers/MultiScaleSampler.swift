import EdgeGraph

/// Batches of changing input size, drawn anew for every batch and equal on all machines: EdgeNeXt's
/// multi-scale sampler, and the variable-batch sampler of cvnets.
///
/// The order of pictures is filled up as in ``ShuffledSampler``; the last batch is filled up from
/// the start of the machine's share. Two things differ from EdgeNeXt's code. There, an epoch's order
/// is shuffled from that of the epoch before, so that a run that was interrupted goes on otherwise.
/// And see ``StepRule``.
public struct MultiScaleSampler: BatchSampler {
  /// How many steps of the optimizer an epoch counts for.
  public enum StepRule: Sendable {
    /// As many as there are.
    case exact
    /// ⌊pictures / (base batch · accumulation · machines)⌋, as in EdgeNeXt's `main.py`. Smaller
    /// inputs make larger batches, so an epoch has fewer steps than that: 213 of 312 on ImageNet.
    /// A schedule that starts every epoch at a multiple of this number leaves out a third of its
    /// values, in a jump at the end of each epoch, as the published networks were trained.
    case official
  }

  public let scales: [ImageScale]
  private let count: Int
  private let base: ImageScale
  private let seed: UInt64
  private let shard: Shard
  private let stepRule: StepRule

  /// - Parameters:
  ///   - count: of the data set's pictures.
  ///   - base: the input size that is trained for, and its batch on each machine.
  ///   - minimum: the smallest side before it is rounded to a multiple of 32.
  ///   - maximum: the largest.
  ///   - scaleCount: how many sides from one to the other.
  public init(
    count: Int, base: ImageScale, minimum: Int = 160, maximum: Int = 320, scaleCount: Int = 5,
    rule: ScaleRule = .edgeNeXt, seed: UInt64, shard: Shard = .whole, stepRule: StepRule = .exact
  ) throws(SamplerError) {
    guard count > 0 else { throw .noPictures }
    scales = try rule.scales(
      base: base, minimum: minimum, maximum: maximum, count: scaleCount,
      worldSize: shard.worldSize)
    (self.count, self.base, self.seed) = (count, base, seed)
    (self.shard, self.stepRule) = (shard, stepRule)
  }

  public func batches(epoch: Int) -> [BatchRequest] {
    let drawn = drawnScales(epoch)
    let total = drawn.reduce(0) { $0 + $1.batchSize }
    let order = EpochOrder(shuffled: count, seed: seed, epoch: epoch)
      .padded(to: shareCount * shard.worldSize)
      .part(shard)
      .padded(to: total, rounds: 1 + (shareCount * shard.worldSize - 1) / count)
    var start = 0
    return drawn.map { scale in
      defer { start += scale.batchSize }
      return order.request(
        start..<start + scale.batchSize, height: scale.side, width: scale.side)
    }
  }

  public func batchCount(epoch: Int) -> Int { drawnScales(epoch).count }

  public func stepCount(epoch: Int, accumulation: Int) -> Int {
    switch stepRule {
    case .exact: batchCount(epoch: epoch) / accumulation
    case .official: count / (base.batchSize * accumulation * shard.worldSize)
    }
  }

  /// The pictures of each machine before the last batch is filled up.
  private var shareCount: Int { (count + shard.worldSize - 1) / shard.worldSize }

  private func drawnScales(_ epoch: Int) -> [ImageScale] {
    var stream = RandomStream(seed: seed, step: epoch, name: "sampler/scale")
    var result: [ImageScale] = []
    var pictures = 0
    while pictures < shareCount {
      let scale = scales[stream.integer(below: scales.count)]
      result.append(scale)
      pictures += scale.batchSize
    }
    return result
  }
}
