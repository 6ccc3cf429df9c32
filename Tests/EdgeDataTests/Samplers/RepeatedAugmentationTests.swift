import EdgeGraph
import Testing

@testable import EdgeData

@Suite struct RepeatedAugmentationTests {
  private func sampler(
    _ count: Int, rank: Int = 0, worldSize: Int = 1, batchSize: Int = 2, repeats: Int = 3
  ) throws -> RepeatedAugmentationSampler {
    try RepeatedAugmentationSampler(
      count: count, batchSize: batchSize, height: 8, width: 8, seed: 3,
      shard: Shard(rank: rank, worldSize: worldSize), repeats: repeats)
  }

  @Test func lengthsAreThoseOfRASampler() throws {
    #expect(try sampler(1_281_167, worldSize: 8).shareCount == 160_128)
    #expect(try sampler(2560, worldSize: 1).shareCount == 2560)
    #expect(try sampler(2815, worldSize: 2).shareCount == 1280)
    #expect(try sampler(2559, worldSize: 2).shareCount == 1279)
    #expect(try sampler(100).shareCount == 100)
    #expect(try sampler(5, worldSize: 8, batchSize: 1).shareCount == 1)
  }

  @Test func picturesRepeatInARow() throws {
    var stream = RandomStream(seed: 3, step: 5, name: "sampler/order")
    let order = stream.permutation(10)
    let batches = try sampler(10).batches(epoch: 5)
    #expect(batches.count == 5)
    #expect(batches.flatMap(\.indices) == (0..<10).map { order[$0 / 3] })
    #expect(batches.flatMap(\.repeats) == (0..<10).map { $0 % 3 })
  }

  @Test func repeatsAreOnDifferentMachines() throws {
    let parts = try (0..<3).map { try sampler(30, rank: $0, worldSize: 3).batches(epoch: 0) }
    #expect(parts[0].map(\.indices) == parts[1].map(\.indices))
    for (rank, part) in parts.enumerated() {
      #expect(part.flatMap(\.repeats).allSatisfy { $0 == rank })
      #expect(Set(part.flatMap(\.indices)).count == 10)
    }
  }

  /// Filled up, repeats go on counting.
  @Test func noDrawComesTwice() throws {
    for (count, worldSize) in [(5, 4), (7, 2), (1, 5), (10, 7)] {
      var draws: [[Int]] = []
      for rank in 0..<worldSize {
        for batch in try sampler(count, rank: rank, worldSize: worldSize, batchSize: 1)
          .batches(epoch: 1)
        {
          draws += zip(batch.indices, batch.repeats).map { [$0, $1] }
        }
      }
      #expect(Set(draws).count == draws.count)
    }
  }
}
