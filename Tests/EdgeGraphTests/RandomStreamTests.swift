import EdgeGraph
import Testing

@Suite struct RandomStreamTests {
  /// Known answers of the authors' library (Random123, `kat_vectors`, philox4x32 10).
  @Test func philoxIsTheAuthors() {
    #expect(
      RandomStream.philox(.zero, key: .zero)
        == SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
    #expect(
      RandomStream.philox(SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    #expect(
      RandomStream.philox(
        SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
        key: SIMD2(0xA409_3822, 0x299F_31D0))
        == SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  @Test func seedStepAndNameTellStreamsApart() {
    func first(_ seed: UInt64, _ step: Int, _ name: String) -> UInt64 {
      var stream = RandomStream(seed: seed, step: step, name: name)
      return stream.next()
    }
    let numbers = [first(1, 0, "a"), first(2, 0, "a"), first(1, 1, "a"), first(1, 0, "b")]
    #expect(Set(numbers).count == 4)
    #expect(first(1, 0, "a") == numbers[0])
  }

  @Test func distributionsHaveTheirMeans() {
    var stream = RandomStream(seed: 3, name: "distributions")
    func mean(_ draw: (inout RandomStream) -> Double) -> Double {
      (0..<20_000).reduce(0) { sum, _ in sum + draw(&stream) } / 20_000
    }
    // Standard errors of these means are below 0.011.
    #expect(abs(mean { $0.uniform() } - 0.5) < 0.02)
    #expect(abs(mean { $0.normal() }) < 0.04)
    #expect(abs(mean { pow2($0.normal()) } - 1) < 0.05)
    #expect(abs(mean { $0.gamma(0.4) } - 0.4) < 0.03)
    #expect(abs(mean { $0.beta(0.8, 0.8) } - 0.5) < 0.02)
    #expect(abs(mean { Double($0.integer(below: 7)) } - 3) < 0.07)
  }

  private func pow2(_ x: Double) -> Double { x * x }

  @Test func permutationsHoldEveryNumberOnce() {
    var stream = RandomStream(seed: 4, name: "order")
    let order = stream.permutation(100)
    #expect(order.sorted() == Array(0..<100))
    #expect(order != Array(0..<100))
    #expect(stream.permutation(0).isEmpty)
  }
}
