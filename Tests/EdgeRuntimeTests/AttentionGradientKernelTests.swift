import CEdgeKernels
import EdgeGraph
import TestSupport
import Testing

@Suite struct AttentionGradientKernelTests {
  /// One head of three matrices side by side, as a layer's qkv has them.
  private struct Run {
    let dqkv: GuardedMatrix
    let dtemperature: Float
    let expected: [Double]

    init(_ isa: KernelISA, dy: GuardedMatrix, qkv: GuardedMatrix, temperature: Float) {
      let (tokens, width) = (dy.rows, dy.columns)
      dqkv = .output(rows: tokens, columns: 3 * width, gap: 5)
      let scratch = GuardedMatrix.output(
        rows: 1, columns: Int(ek_xca_gradient_scratch_count(isa.c, Int64(width))))
      let total = GuardedMatrix.output(rows: 1, columns: 1)
      let (q, dq) = unsafe (qkv.pointer, dqkv.pointer)
      unsafe ek_xca_gradient_f32(
        isa.c, Int64(tokens), Int64(width), dy.pointer, Int64(dy.stride), q, q + width,
        q + 2 * width, Int64(qkv.stride), temperature, dq, dq + width, dq + 2 * width,
        Int64(dqkv.stride), total.pointer, scratch.pointer)
      #expect(scratch.guardsAreIntact && total.guardsAreIntact)
      dtemperature = total[0, 0]
      let inputs = [(dy, width), (qkv, 3 * width)].map { matrix, columns in
        Reference(shape: [1, tokens, columns], values: matrix.reference.values)
      }
      expected =
        CrossCovarianceAttentionGradient(heads: 1)
        .reference(inputs + [Reference(shape: [1, 1, 1], values: [Double(temperature)])]).values
    }

    func expectClose(absolute: Double, relative: Double = 0, label: String = "") {
      let columns = dqkv.columns
      EdgeRuntimeTests.expectClose(dqkv, absolute: absolute, relative: relative, label: label) {
        expected[$0 * columns + $1]
      }
      let difference = Double(dtemperature) - expected[expected.count - 1]
      #expect(abs(difference) < 5 * absolute, "\(label)")
    }
  }

  /// Numbers away from zero, so that no column is short: dividing by its norm magnifies rounding.
  private static func random(
    rows: Int, columns: Int, _ rng: inout SplitMix64
  ) -> GuardedMatrix {
    let x = GuardedMatrix.random(rows: rows, columns: columns, gap: 7, using: &rng)
    for i in 0..<rows { for j in 0..<columns { x[i, j] += x[i, j] < 0 ? -0.25 : 0.25 } }
    return x
  }

  @Test(
    arguments: KernelISA.available,
    [1, 2, 3, 5, 6, 7, 8, 12, 15, 16, 17, 20, 22, 25, 36, 38, 48])
  func agrees(isa: KernelISA, width: Int) {
    for tokens in [1, 2, 49, 64, 65, 150] {
      var rng = SplitMix64(seed: UInt64(width * 1_000 + tokens))
      let dy = GuardedMatrix.random(rows: tokens, columns: width, gap: 2, using: &rng)
      let qkv = Self.random(rows: tokens, columns: 3 * width, &rng)
      // Sums over 150 tokens, of which what is along a column is taken away.
      Run(isa, dy: dy, qkv: qkv, temperature: 1.75)
        .expectClose(absolute: 5e-6, label: "\(tokens) tokens")
    }
  }

  /// A column of zeros counts as divided by 1e-12, whose derivative is zero.
  @Test(arguments: KernelISA.available)
  func takesZeroColumns(isa: KernelISA) {
    var rng = SplitMix64(seed: 5)
    let dy = GuardedMatrix.random(rows: 10, columns: 19, using: &rng)
    let qkv = Self.random(rows: 10, columns: 57, &rng)
    for t in 0..<10 {
      qkv[t, 4] = 0
      qkv[t, 19 + 7] = 0
    }
    let run = Run(isa, dy: dy, qkv: qkv, temperature: 1)
    let columns = run.dqkv.columns
    for t in 0..<10 {
      for j in 0..<columns {
        let (found, wanted) = (Double(run.dqkv[t, j]), run.expected[t * columns + j])
        // A trillionth times the two zero columns' derivatives.
        let absolute = j == 4 || j == 26 ? 5e6 : 5e-6
        #expect(abs(found - wanted) < absolute, "[\(t), \(j)]")
        if j == 4 { #expect(abs(wanted) > 1e8) }
      }
    }
  }
}
