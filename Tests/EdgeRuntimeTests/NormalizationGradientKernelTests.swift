import CEdgeKernels
import EdgeGraph
import TestSupport
import Testing

/// Inputs of a layer norm's gradient, and what the kernel makes of them.
private struct GradientRun {
  let dy, x, dx: GuardedMatrix
  /// The sums for weight and bias, with what was in them before.
  let sums, before: [GuardedMatrix]
  /// The plain derivatives: dx, then those of weight and bias.
  let expected: [Double]

  init(
    _ isa: KernelISA, rows: Int, columns: Int, hasWeight: Bool = true, mean: Float = 0,
    splitAt middle: Int = 0, inPlace: Bool = false
  ) {
    var rng = SplitMix64(seed: UInt64(1_000 * rows + columns))
    x = .random(rows: rows, columns: columns, gap: 3, using: &rng)
    // Columns that are nearly equal would magnify the rounding of their mean.
    for i in 0..<rows {
      for j in 0..<columns { x[i, j] += mean + Float(3 * (j % 2)) }
    }
    dy = .random(rows: rows, columns: columns, gap: 2, using: &rng)
    let weight: GuardedMatrix? =
      hasWeight ? .random(rows: 1, columns: columns, using: &rng) : nil
    sums = (0..<2).map { _ in .random(rows: 1, columns: columns, using: &rng) }
    before = sums.map { $0.copy() }
    dx = inPlace ? dy.copy() : .output(rows: rows, columns: columns, gap: 1)
    let source = inPlace ? dx : dy
    for range in [0..<middle, middle..<rows] {
      unsafe ek_layer_norm_gradient_f32(
        isa.c, Int64(range.count), Int64(columns),
        source.pointer + range.lowerBound * source.stride, Int64(source.stride),
        x.pointer + range.lowerBound * x.stride, Int64(x.stride), weight?.pointer, 1e-3,
        dx.pointer + range.lowerBound * dx.stride, Int64(dx.stride), sums[0].pointer,
        sums[1].pointer)
    }
    let factor = (weight ?? .ones(columns)).values.map(Double.init)
    expected =
      LayerNormalizationGradient(epsilon: Double(Float(1e-3)))
      .reference([dy.reference, x.reference, Reference(shape: [columns], values: factor)]).values
  }

  func expectClose(dx: Double, sums absolute: Double, relative: Double) {
    let (rows, columns) = (x.rows, x.columns)
    EdgeRuntimeTests.expectClose(self.dx, absolute: dx, relative: relative, label: "dx") {
      expected[$0 * columns + $1]
    }
    for part in 0..<2 {
      EdgeRuntimeTests.expectClose(
        sums[part], absolute: absolute, relative: relative, label: "sum \(part)"
      ) { _, j in Double(before[part][0, j]) + expected[(rows + part) * columns + j] }
    }
  }
}

@Suite struct NormalizationGradientKernelTests {
  @Test(arguments: KernelISA.available, KernelISA.sizes + [160, 304])
  func layerNormAgrees(isa: KernelISA, columns: Int) {
    for rows in [1, 3, 4, 9] {
      for hasWeight in [true, false] {
        let run = GradientRun(isa, rows: rows, columns: columns, hasWeight: hasWeight)
        // A single column is its own mean, divided by 0.03.
        run.expectClose(dx: columns == 1 ? 2e-5 : 2e-6, sums: 4e-6, relative: 1e-6)
      }
    }
  }

  @Test(arguments: KernelISA.available, [1, 7, 16, 33, 100])
  func layerNormIsTheSameInPlaceAndInRanges(isa: KernelISA, columns: Int) {
    let whole = GradientRun(isa, rows: 9, columns: columns)
    let inPlace = GradientRun(isa, rows: 9, columns: columns, inPlace: true)
    let split = GradientRun(isa, rows: 9, columns: columns, splitAt: 5)
    #expect(inPlace.dx.values == whole.dx.values && inPlace.dx.guardsAreIntact)
    #expect(inPlace.sums.map(\.values) == whole.sums.map(\.values))
    #expect(split.dx.values == whole.dx.values)
  }

  /// A mean of 1000: the squares alone would lose the variance. The mean itself is rounded to 3e-5.
  @Test(arguments: KernelISA.available)
  func layerNormKeepsRowsWithALargeMean(isa: KernelISA) {
    GradientRun(isa, rows: 5, columns: 100, mean: 1000)
      .expectClose(dx: 1e-4, sums: 2e-4, relative: 0)
  }

  @Test(arguments: KernelISA.available)
  func layerNormAddsManyRows(isa: KernelISA) {
    GradientRun(isa, rows: 10_000, columns: 5).expectClose(dx: 2e-6, sums: 5e-4, relative: 1e-5)
  }

  @Test(arguments: KernelISA.available)
  func emptySizesWriteNothing(isa: KernelISA) {
    let y = GuardedMatrix.output(rows: 2, columns: 3)
    for (rows, columns) in [(0, 3), (2, 0)] as [(Int64, Int64)] {
      unsafe ek_layer_norm_gradient_f32(
        isa.c, rows, columns, y.pointer, 3, y.pointer, 3, nil, 1, y.pointer, 3, y.pointer,
        y.pointer)
    }
    expectSame(y, .output(rows: 2, columns: 3))
  }
}
