import EdgeData
import EdgeGraph
import Testing

@Suite struct SamplerTests {
  private func permutation(_ count: Int, epoch: Int) -> [Int] {
    var stream = RandomStream(seed: 7, step: epoch, name: "sampler/order")
    return stream.permutation(count)
  }

  @Test(arguments: [true, false])
  func everyPictureComesOnce(dropsLast: Bool) throws {
    let sampler = try ShuffledSampler(
      count: 23, batchSize: 5, height: 8, width: 6, seed: 7, dropsLast: dropsLast)
    let batches = sampler.batches(epoch: 3)
    #expect(batches.map(\.count) == [5, 5, 5, 5] + (dropsLast ? [] : [3]))
    #expect(sampler.batchCount(epoch: 3) == batches.count)
    #expect(sampler.stepCount(epoch: 3, accumulation: 2) == 2)
    #expect(sampler.firstStep(epoch: 3, accumulation: 2) == 6)
    let order = batches.flatMap(\.indices)
    #expect(order == Array(permutation(23, epoch: 3).prefix(order.count)))
    #expect(batches.allSatisfy { $0.height == 8 && $0.width == 6 && $0.repeats.max() == 0 })
  }

  @Test func epochsDifferAndRepeat() throws {
    let make = { (seed: UInt64) in
      try ShuffledSampler(count: 100, batchSize: 10, height: 8, width: 8, seed: seed)
    }
    let sampler = try make(1)
    _ = sampler.batches(epoch: 0)
    #expect(sampler.batches(epoch: 4) == (try make(1)).batches(epoch: 4))
    #expect(sampler.batches(epoch: 4) != sampler.batches(epoch: 5))
    #expect(sampler.batches(epoch: 4) != (try make(2)).batches(epoch: 4))
  }

  /// As `DistributedSampler`: filled up from the start, then dealt out one by one.
  @Test(arguments: [(10, 4), (12, 4), (3, 8), (1, 3)])
  func machinesShareAnEpoch(count: Int, worldSize: Int) throws {
    let share = (count + worldSize - 1) / worldSize
    let order = permutation(count, epoch: 2)
    var draws: [[Int]] = []
    for rank in 0..<worldSize {
      let batches = try ShuffledSampler(
        count: count, batchSize: 2, height: 8, width: 8, seed: 7,
        shard: Shard(rank: rank, worldSize: worldSize), dropsLast: false
      ).batches(epoch: 2)
      let expected = (0..<share).map { order[(rank + $0 * worldSize) % count] }
      #expect(batches.flatMap(\.indices) == expected)
      draws += zip(batches.flatMap(\.indices), batches.flatMap(\.repeats)).map { [$0, $1] }
    }
    #expect(Set(draws.map { $0[0] }).count == count)
    #expect(Set(draws).count == draws.count, "a picture comes twice with the same repeat")
  }

  @Test func evaluationHasNoDuplicates() throws {
    for (count, worldSize) in [(10, 1), (10, 3), (2, 4), (12, 4)] {
      var all: [Int] = []
      for rank in 0..<worldSize {
        let sampler = try SequentialSampler(
          count: count, batchSize: 3, height: 8, width: 8,
          shard: Shard(rank: rank, worldSize: worldSize))
        let batches = sampler.batches()
        #expect(batches.count == sampler.batchCount())
        all += batches.flatMap(\.indices)
      }
      #expect(all.sorted() == Array(0..<count))
    }
    let whole = try SequentialSampler(count: 7, batchSize: 3, height: 8, width: 8)
    #expect(whole.batches().map(\.indices) == [[0, 1, 2], [3, 4, 5], [6]])
  }

  @Test func impossibleBatchesAreErrors() {
    #expect(throws: SamplerError.noPictures) {
      try ShuffledSampler(count: 0, batchSize: 5, height: 8, width: 8, seed: 0)
    }
    #expect(throws: SamplerError.everyBatchDropped(pictures: 9, batchSize: 6, worldSize: 2)) {
      try ShuffledSampler(
        count: 9, batchSize: 6, height: 8, width: 8, seed: 0,
        shard: Shard(rank: 0, worldSize: 2))
    }
    #expect(throws: SamplerError.tooSmall(option: "batch size", found: 0, minimum: 1)) {
      try SequentialSampler(count: 9, batchSize: 0, height: 8, width: 8)
    }
    #expect(throws: SamplerError.tooSmall(option: "largest input size", found: 9, minimum: 160)) {
      try MultiScaleSampler(
        count: 9, base: ImageScale(side: 256, batchSize: 2), maximum: 9, seed: 0)
    }
  }
}
