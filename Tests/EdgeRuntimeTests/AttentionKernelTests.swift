import CEdgeKernels
import Foundation
import TestSupport
import Testing

private func softmax(_ row: [Double]) -> [Double] {
  let top = row.max() ?? 0
  let exponentials = row.map { exp($0 - top) }
  let sum = exponentials.reduce(0, +)
  return exponentials.map { $0 / sum }
}

@Suite struct AttentionKernelTests {
  @Test(arguments: KernelISA.available, KernelISA.sizes + [1000])
  func softmaxAgrees(isa: KernelISA, columns: Int) {
    for range in [-1...1, -100...100, Float(-1000)...(-900)] as [ClosedRange<Float>] {
      var rng = SplitMix64(seed: UInt64(columns))
      let x = GuardedMatrix.random(rows: 4, columns: columns, gap: 3, in: range, using: &rng)
      let y = GuardedMatrix.output(rows: 4, columns: columns, gap: 1)
      unsafe ek_softmax_f32(
        isa.c, 4, Int64(columns), x.pointer, Int64(x.stride), y.pointer, Int64(y.stride))
      // The difference to the maximum is itself rounded, and exp magnifies that.
      let rows = (0..<4).map { i in
        let row = (0..<columns).map { x[i, $0] }
        let top = row.max() ?? 0
        return softmax(row.map { Double($0 - top) })
      }
      // Below exp(-87) the result may be zero.
      expectClose(y, absolute: 1e-37, relative: 5e-7) { i, j in rows[i][j] }

      let inPlace = x.copy()
      unsafe ek_softmax_f32(
        isa.c, 4, Int64(columns), inPlace.pointer, Int64(x.stride), inPlace.pointer,
        Int64(x.stride))
      #expect(inPlace.values == y.values && inPlace.guardsAreIntact)
    }
  }

  @Test(arguments: KernelISA.available)
  func softmaxTakesExtremes(isa: KernelISA) {
    func run(_ row: [Float]) -> [Float] {
      let y = GuardedMatrix(rows: 1, columns: row.count, values: row)
      let count = Int64(row.count)
      unsafe ek_softmax_f32(isa.c, 1, count, y.pointer, count, y.pointer, count)
      return y.values
    }
    let most = Float.greatestFiniteMagnitude
    #expect(run([-.infinity, 0, -.infinity, 0, -.infinity]) == [0, 0.5, 0, 0.5, 0])
    #expect(run([most, -most, 0]) == [1, 0, 0])
    #expect(run([-most, -most]) == [0.5, 0.5])
    #expect(run([0, -87, -104, -1e30])[2...] == [0, 0])
    #expect(run([0, .nan, 1, 2, 3]).filter { !$0.isNaN }.isEmpty)
  }

  @Test(
    arguments: KernelISA.available,
    [1, 2, 3, 5, 6, 7, 8, 12, 15, 16, 17, 20, 22, 25, 36, 38, 48, 73])
  func crossCovarianceAttentionAgrees(isa: KernelISA, width: Int) {
    for tokens in [1, 2, 49, 64, 65, 200] {
      var rng = SplitMix64(seed: UInt64(width * 1_000 + tokens))
      let q = GuardedMatrix.random(rows: tokens, columns: width, gap: 9, using: &rng)
      let k = GuardedMatrix.random(rows: tokens, columns: width, gap: 9, using: &rng)
      let v = GuardedMatrix.random(rows: tokens, columns: width, gap: 9, using: &rng)
      let y = GuardedMatrix.output(rows: tokens, columns: width, gap: 2)
      let scratch = GuardedMatrix.output(
        rows: 1, columns: Int(ek_xca_scratch_count(isa.c, Int64(width))))
      unsafe ek_xca_f32(
        isa.c, Int64(tokens), Int64(width), q.pointer, k.pointer, v.pointer, Int64(q.stride), 1.75,
        y.pointer, Int64(y.stride), scratch.pointer)
      #expect(scratch.guardsAreIntact)
      let weights = Self.weights(q, k, temperature: 1.75)
      expectClose(y, absolute: 1e-6, label: "\(tokens) tokens") { t, i in
        (0..<width).reduce(0) { $0 + weights[i][$1] * Double(v[t, $1]) }
      }
    }
  }

  /// A column of zeros has no direction; its norm counts as 1e-12, so its scores are 0, not NaN.
  @Test(arguments: KernelISA.available)
  func crossCovarianceAttentionTakesZeroColumns(isa: KernelISA) {
    var rng = SplitMix64(seed: 5)
    let q = GuardedMatrix.random(rows: 10, columns: 19, using: &rng)
    for t in 0..<10 { q[t, 4] = 0 }
    let y = GuardedMatrix.output(rows: 10, columns: 19)
    let scratch = GuardedMatrix.output(rows: 1, columns: Int(ek_xca_scratch_count(isa.c, 19)))
    unsafe ek_xca_f32(
      isa.c, 10, 19, q.pointer, q.pointer, q.pointer, 19, 1, y.pointer, 19, scratch.pointer)
    let weights = Self.weights(q, q, temperature: 1)
    expectClose(y, absolute: 1e-6) { t, i in
      (0..<19).reduce(0) { $0 + weights[i][$1] * Double(q[t, $1]) }
    }
  }

  static func weights(
    _ q: GuardedMatrix, _ k: GuardedMatrix, temperature: Double
  ) -> [[Double]] {
    func column(_ x: GuardedMatrix, _ j: Int) -> [Double] { (0..<x.rows).map { Double(x[$0, j]) } }
    func unit(_ x: [Double]) -> [Double] {
      let norm = max(x.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
      return x.map { $0 / norm }
    }
    let keys = (0..<k.columns).map { unit(column(k, $0)) }
    return (0..<q.columns).map { i in
      let query = unit(column(q, i))
      return softmax(
        keys.map { key in temperature * zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } })
    }
  }
}
