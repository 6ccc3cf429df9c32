import CEdgeKernels
import TestSupport
import Testing

@Suite struct NormalizationKernelTests {
  static func expectedNorm(
    _ x: GuardedMatrix, _ weight: GuardedMatrix?, _ bias: GuardedMatrix?, epsilon: Double
  ) -> (Int, Int) -> Double {
    let rows = (0..<x.rows).map { i in
      let row = (0..<x.columns).map { Double(x[i, $0]) }
      let mean = row.reduce(0, +) / Double(row.count)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
      return row.map { ($0 - mean) / (variance + epsilon).squareRoot() }
    }
    return { i, j in rows[i][j] * Double(weight?[0, j] ?? 1) + Double(bias?[0, j] ?? 0) }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes + [160, 304, 1000])
  func layerNormAgrees(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    let x = GuardedMatrix.random(rows: 5, columns: columns, gap: 3, in: -2...2, using: &rng)
    let weight = GuardedMatrix.random(rows: 1, columns: columns, using: &rng)
    let bias = GuardedMatrix.random(rows: 1, columns: columns, using: &rng)
    for terms in 0..<4 {
      let (w, b) = (terms & 1 != 0 ? weight : nil, terms & 2 != 0 ? bias : nil)
      let y = GuardedMatrix.output(rows: 5, columns: columns, gap: 2)
      unsafe ek_layer_norm_f32(
        isa.c, 5, Int64(columns), x.pointer, Int64(x.stride), w?.pointer, b?.pointer, 1e-6,
        y.pointer, Int64(y.stride))
      // Two columns that are nearly equal magnify the rounding of their mean.
      let absolute = columns == 2 ? 2e-5 : 3e-6
      expectClose(
        y, absolute: absolute, relative: 1e-6, label: "terms \(terms)",
        Self.expectedNorm(x, w, b, epsilon: Double(Float(1e-6))))
    }
  }

  /// A mean of 1000 with a deviation of 1: the squares alone would lose four of seven digits.
  @Test(arguments: KernelISA.available)
  func layerNormKeepsRowsWithALargeMean(isa: KernelISA) {
    var rng = SplitMix64(seed: 7)
    let x = GuardedMatrix.random(rows: 3, columns: 100, in: 999...1001, using: &rng)
    let y = x.copy()
    unsafe ek_layer_norm_f32(
      isa.c, 3, 100, y.pointer, Int64(y.stride), nil, nil, 1e-6, y.pointer, Int64(y.stride))
    // The mean itself is rounded to 6e-5.
    expectClose(y, absolute: 2e-4, Self.expectedNorm(x, nil, nil, epsilon: 1e-6))
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes + [168, 1000])
  func meanOfRowsAgrees(isa: KernelISA, columns: Int) {
    for rows in [1, 2, 3, 64, 100] {
      var rng = SplitMix64(seed: UInt64(columns + rows))
      let x = GuardedMatrix.random(rows: rows, columns: columns, gap: 4, using: &rng)
      let y = GuardedMatrix.output(rows: 1, columns: columns)
      unsafe ek_mean_rows_f32(
        isa.c, Int64(rows), Int64(columns), x.pointer, Int64(x.stride), y.pointer)
      expectClose(y, absolute: 5e-7, label: "\(rows) rows") { _, j in
        (0..<rows).reduce(0) { $0 + Double(x[$1, j]) } / Double(rows)
      }
    }
  }

  @Test(arguments: KernelISA.available)
  func emptySizesWriteNothing(isa: KernelISA) {
    let y = GuardedMatrix.output(rows: 2, columns: 3)
    unsafe ek_layer_norm_f32(isa.c, 0, 3, y.pointer, 3, nil, nil, 1, y.pointer, 3)
    unsafe ek_layer_norm_f32(isa.c, 2, 0, y.pointer, 3, nil, nil, 1, y.pointer, 3)
    unsafe ek_mean_rows_f32(isa.c, 2, 0, y.pointer, 3, y.pointer)
    expectSame(y, .output(rows: 2, columns: 3))
  }
}
