import EdgeData
import Testing

@Suite struct MultiScaleSamplerTests {
  private func sizes(
    _ rule: ScaleRule, _ batchSize: Int, worldSize: Int, base: Int = 256
  ) throws -> [Int: Int] {
    let scales = try rule.scales(
      base: ImageScale(side: base, batchSize: batchSize), worldSize: worldSize)
    return Dictionary(uniqueKeysWithValues: scales.map { ($0.side, $0.batchSize) })
  }

  /// What `_image_batch_pairs` of EdgeNeXt's `sampler.py` gives.
  @Test(arguments: [
    (256, 8, 656, 456, 256), (256, 1, 654, 454, 256), (128, 8, 328, 224, 128),
    (64, 1, 162, 112, 64), (64, 2, 164, 114, 64), (32, 1, 80, 56, 32), (16, 1, 40, 28, 16),
  ])
  func batchesAreThoseOfEdgeNeXt(
    batchSize: Int, worldSize: Int, at160: Int, at192: Int, base: Int
  ) throws {
    #expect(
      try sizes(.edgeNeXt, batchSize, worldSize: worldSize)
        == [160: at160, 192: at192, 256: base, 288: base, 320: base])
  }

  @Test func otherBaseSizesAreAdded() throws {
    #expect(
      try sizes(.edgeNeXt, 256, worldSize: 8, base: 224)
        == [160: 504, 192: 352, 224: 256, 256: 256, 288: 256, 320: 256])
  }

  @Test func batchesAreThoseOfCVNets() throws {
    #expect(
      try sizes(.cvnets, 128, worldSize: 8) == [160: 328, 192: 224, 256: 128, 288: 128, 320: 128])
    #expect(
      try sizes(.cvnets, 128, worldSize: 1) == [160: 327, 192: 227, 256: 128, 288: 128, 320: 128])
  }

  @Test func aBatchHasAtLeastOnePicture() throws {
    #expect(try sizes(.edgeNeXt, 1, worldSize: 1) == [160: 2, 192: 1, 256: 1, 288: 1, 320: 1])
  }

  private func sampler(
    _ count: Int, batchSize: Int, rank: Int = 0, worldSize: Int = 1,
    rule: MultiScaleSampler.StepRule = .exact
  ) throws -> MultiScaleSampler {
    try MultiScaleSampler(
      count: count, base: ImageScale(side: 256, batchSize: batchSize), seed: 11,
      shard: Shard(rank: rank, worldSize: worldSize), stepRule: rule)
  }

  @Test func everyPictureComesAndTheLastBatchIsFull() throws {
    let sampler = try sampler(1000, batchSize: 16)
    let sizes = Dictionary(uniqueKeysWithValues: sampler.scales.map { ($0.side, $0.batchSize) })
    for epoch in 0..<5 {
      let batches = sampler.batches(epoch: epoch)
      #expect(batches.count == sampler.batchCount(epoch: epoch))
      #expect(batches.allSatisfy { $0.height == $0.width && $0.count == sizes[$0.width] })
      let indices = batches.flatMap(\.indices)
      #expect(Set(indices.prefix(1000)).count == 1000)
      #expect(indices.count - 1000 < batches[batches.count - 1].count)
      #expect(Array(indices.dropFirst(1000)) == Array(indices.prefix(indices.count - 1000)))
      #expect(Set(batches.map(\.width)).count > 3)
    }
    #expect(sampler.batches(epoch: 1) != sampler.batches(epoch: 2))
  }

  @Test func machinesDrawTheSameSizes() throws {
    for (count, worldSize) in [(301, 3), (7, 2), (2, 5)] {
      var draws: [[Int]] = []
      var shapes: Set<[Int]> = []
      for rank in 0..<worldSize {
        let batches = try sampler(count, batchSize: 8, rank: rank, worldSize: worldSize)
          .batches(epoch: 4)
        shapes.insert(batches.map(\.width))
        for batch in batches { draws += zip(batch.indices, batch.repeats).map { [$0, $1] } }
      }
      #expect(shapes.count == 1)
      #expect(Set(draws.map { $0[0] }).count == count)
      #expect(Set(draws).count == draws.count)
    }
  }

  /// On ImageNet with 8 × 256 pictures and two batches a step: 312 steps in the official schedule,
  /// about 213 in fact.
  @Test func stepsAreCountedByEitherRule() throws {
    let official = try sampler(1_281_167, batchSize: 256, worldSize: 8, rule: .official)
    #expect(official.stepCount(epoch: 9, accumulation: 2) == 312)
    #expect(official.firstStep(epoch: 300, accumulation: 2) == 93_600)
    let exact = try sampler(1_281_167, batchSize: 256, worldSize: 8)
    let mean = Double(exact.firstStep(epoch: 100, accumulation: 2)) / 100
    #expect((mean - 213).magnitude < 2)
    #expect(exact.stepCount(epoch: 9, accumulation: 2) == exact.batchCount(epoch: 9) / 2)
    #expect(exact.batchCount(epoch: 9) == official.batchCount(epoch: 9))
  }
}
