import CEdgeKernels
import EdgeGraph
import TestSupport
import Testing

@Suite struct BatchNormKernelTests {
  private static func moments(_ isa: KernelISA, _ x: GuardedMatrix) -> [GuardedMatrix] {
    let result = (0..<2).map { _ in GuardedMatrix.output(rows: 1, columns: x.columns) }
    unsafe ek_moments_f32(
      isa.c, Int64(x.rows), Int64(x.columns), x.pointer, Int64(x.stride), result[0].pointer,
      result[1].pointer)
    return result
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes + [168])
  func momentsAgree(isa: KernelISA, columns: Int) {
    for rows in [1, 2, 63, 64, 65, 200] {
      var rng = SplitMix64(seed: UInt64(columns + rows))
      let x = GuardedMatrix.random(rows: rows, columns: columns, gap: 4, using: &rng)
      let expected = BatchStatistics().reference([x.reference]).values
      for (row, result) in Self.moments(isa, x).enumerated() {
        expectClose(result, absolute: 4e-7, relative: 4e-7, label: "\(rows) rows, \(row)") {
          expected[row * columns + $1]
        }
      }
    }
  }

  /// A mean of 1000 with a deviation of 1, over many rows: sums of squares would lose everything.
  @Test(arguments: KernelISA.available)
  func momentsDontCancel(isa: KernelISA) {
    var rng = SplitMix64(seed: 19)
    let x = GuardedMatrix.random(rows: 5_000, columns: 17, in: 999...1001, using: &rng)
    let expected = BatchStatistics().reference([x.reference]).values
    let result = Self.moments(isa, x)
    // Each distance to the block's mean is rounded like the mean, to 6e-5.
    expectClose(result[0], absolute: 2e-4) { expected[$1] }
    expectClose(result[1], absolute: 1e-5) { expected[17 + $1] }
  }

  @Test(arguments: KernelISA.available, [1, 5, 16, 33, 100])
  func mergedMomentsAreThoseOfAllRows(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    let x = GuardedMatrix.random(rows: 30, columns: columns, using: &rng)
    for j in 0..<columns { for i in 10..<30 { x[i, j] += 2 } }
    let parts = [0..<10, 10..<30].map { range in
      GuardedMatrix(
        rows: range.count, columns: columns,
        values: Array(x.values[range.lowerBound * columns..<range.upperBound * columns]))
    }
    let result = Self.moments(isa, parts[0])
    let other = Self.moments(isa, parts[1])
    unsafe ek_merge_moments_f32(
      isa.c, Int64(columns), 20.0 / 30, other[0].pointer, other[1].pointer, result[0].pointer,
      result[1].pointer)
    let expected = BatchStatistics().reference([x.reference]).values
    for (row, matrix) in result.enumerated() {
      expectClose(matrix, absolute: 1e-6) { expected[row * columns + $1] }
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func scaleAndGradientAgree(isa: KernelISA, columns: Int) {
    let (count, epsilon) = (Int64(columns), Float(1e-3))
    for rows in [1, 2, 70, 130] {
      var rng = SplitMix64(seed: UInt64(columns + rows))
      let x = GuardedMatrix.random(rows: rows, columns: columns, gap: 3, using: &rng)
      let dy = GuardedMatrix.random(rows: rows, columns: columns, gap: 1, using: &rng)
      let weight = GuardedMatrix.random(rows: 1, columns: columns, using: &rng)
      let bias = GuardedMatrix.random(rows: 1, columns: columns, using: &rng)
      let mean = GuardedMatrix.random(rows: 1, columns: columns, using: &rng)
      let variance = GuardedMatrix.random(rows: 1, columns: columns, in: 0.5...2, using: &rng)
      let statistics = Reference(
        shape: [2, columns], values: (mean.values + variance.values).map(Double.init))
      func vector(_ x: GuardedMatrix) -> Reference {
        Reference(shape: [columns], values: x.reference.values)
      }

      let affine = (0..<2).map { _ in GuardedMatrix.output(rows: 1, columns: columns) }
      unsafe ek_batch_norm_scale_f32(
        count, mean.pointer, variance.pointer, weight.pointer, bias.pointer, epsilon,
        affine[0].pointer, affine[1].pointer)
      let y = ScaleShift().reference([x.reference] + affine.map(vector)).values
      let norm = BatchNormalizationTraining(epsilon: Double(epsilon))
      let expectedY = norm.reference([x.reference, vector(weight), vector(bias), statistics])
      #expect(largestDifference(y, expectedY.values) < 2e-6)
      #expect(affine.allSatisfy { $0.guardsAreIntact })

      let sums = (0..<2).map { _ in
        GuardedMatrix(rows: 1, columns: columns, values: [Float](repeating: 0, count: columns))
      }
      unsafe ek_batch_norm_sums_f32(
        isa.c, Int64(rows), count, dy.pointer, Int64(dy.stride), x.pointer, Int64(x.stride),
        mean.pointer, sums[0].pointer, sums[1].pointer)
      let factors = GuardedMatrix.output(rows: 3, columns: columns)
      unsafe ek_batch_norm_factors_f32(
        Int64(rows), count, variance.pointer, weight.pointer, epsilon, sums[0].pointer,
        sums[1].pointer, factors.pointer)
      #expect(factors.guardsAreIntact)
      let dx = dy.copy()
      unsafe ek_batch_norm_gradient_f32(
        isa.c, Int64(rows), count, dx.pointer, Int64(dx.stride), x.pointer, Int64(x.stride),
        mean.pointer, factors.pointer, dx.pointer, Int64(dx.stride))
      let gradient = BatchNormalizationTrainingGradient(epsilon: Double(epsilon))
      let expected = gradient.reference([
        dy.reference, x.reference, vector(weight), statistics,
      ]).values
      expectClose(dx, absolute: 4e-6) { expected[$0 * columns + $1] }
      for part in 0..<2 {
        // Sums of at most 130 terms of a few units.
        expectClose(sums[part], absolute: 1e-5) { expected[(rows + part) * columns + $1] }
      }
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func partsAreAddedInOrder(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    let x = GuardedMatrix.random(rows: 5, columns: columns, gap: 2, using: &rng)
    let y = GuardedMatrix.output(rows: 1, columns: columns)
    unsafe ek_add_parts_f32(
      isa.c, 5, Int64(columns), x.pointer, Int64(x.stride), y.pointer)
    expectClose(y, absolute: 0) { _, j in Double((0..<5).reduce(Float(0)) { $0 + x[$1, j] }) }
  }

  @Test func blends() {
    let x = GuardedMatrix(rows: 1, columns: 3, values: [1, 2, 3])
    let y = GuardedMatrix(rows: 1, columns: 3, values: [4, 8, 16])
    unsafe ek_blend_f32(3, 0.5, x.pointer, 0.25, y.pointer, x.pointer)
    #expect(x.values == [1.5, 3, 5.5] && x.guardsAreIntact)
  }
}
