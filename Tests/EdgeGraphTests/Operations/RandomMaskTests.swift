import EdgeGraph
import Testing

@Suite struct RandomMaskTests {
  private func mask(
    _ shape: Shape = [1000], rate: Double = 0.3, path: String = "layer", seed: UInt64 = 1,
    step: Int = 0
  ) -> [Double] {
    let key = RandomMask.key(seed: seed, step: step).map(Double.init)
    return RandomMask(shape: shape, rate: rate, path: path)
      .reference([Reference(shape: [4], values: key)]).values
  }

  @Test(arguments: [0.1, 0.3, 0.75])
  func dropsAtItsRate(rate: Double) {
    let count = 100_000
    let values = mask([count], rate: rate)
    let kept = Double(Float(1 / (1 - rate)))
    #expect(values.allSatisfy { $0 == 0 || $0 == kept })
    // Five standard deviations of the mean.
    let deviation = (rate * (1 - rate) / Double(count)).squareRoot()
    let dropped = Double(values.count { $0 == 0 }) / Double(count)
    #expect(abs(dropped - rate) < 5 * deviation)
  }

  @Test func theEndsOfTheRange() {
    #expect(mask(rate: 0).allSatisfy { $0 == 1 })
    #expect(mask(rate: 1).allSatisfy { $0 == 0 })
  }

  /// Element i is word i of the stream of the key and the path.
  @Test func followsTheStream() {
    let key = RandomMask.key(seed: 5, step: 7)
    var stream = RandomStream(
      seed: RandomMask.seed(SIMD4(key[0], key[1], key[2], key[3])), name: "layer")
    let expected = (0..<1000).map { _ in Double(stream.nextWord()) / 0x1p32 >= 0.5 ? 2.0 : 0 }
    #expect(mask(rate: 0.5, seed: 5, step: 7) == expected)
  }

  @Test func everythingInTheKeyCounts() {
    let masks = [
      mask(), mask(path: "other"), mask(seed: 2), mask(step: 1), mask(seed: 1 << 40),
      mask(step: 1 << 40), mask(seed: 0, step: 1),
    ]
    #expect(Set(masks).count == masks.count)
    #expect(mask() == masks[0])
  }

  /// Four floats that hold 16 bits each hold the number exactly.
  @Test func keysAreExact() {
    #expect(RandomMask.seed(SIMD4(0xFFFF, 0x1234, 0, 0x8001)) == 0x8001_0000_1234_FFFF)
    #expect(RandomMask.seed(SIMD4(-1, .nan, .infinity, 65536)) == 0)
    for step in 0..<1000 {
      let key = RandomMask.key(seed: 3, step: step)
      #expect(key.count == 4)
      #expect(key.allSatisfy { $0 >= 0 && $0 < 65536 && $0 == $0.rounded() })
    }
    #expect(Set((0..<1000).map { RandomMask.key(seed: 3, step: $0) }).count == 1000)
  }

  @Test func hasItsShape() throws {
    let mask = RandomMask(shape: [2, 1, 1], rate: 0.5, path: "")
    #expect(try mask.outputShape([[4]]) == [2, 1, 1])
    #expect(throws: ShapeError.mismatch(expected: "a key of [4]", found: [[5]])) {
      try mask.outputShape([[5]])
    }
    #expect(mask.cost([[4]]) == Cost(operations: 60, bytes: 24))
  }
}
