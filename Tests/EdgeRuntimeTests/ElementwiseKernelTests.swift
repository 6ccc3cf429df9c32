import CEdgeKernels
import TestSupport
import Testing

@Suite struct ElementwiseKernelTests {
  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func sumsAndProductsAgree(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    for gap in [0, 3] {
      let a = GuardedMatrix.random(rows: 4, columns: columns, gap: gap, using: &rng)
      let b = GuardedMatrix.random(rows: 4, columns: columns, gap: gap, using: &rng)
      for step in [b.stride, 0] {
        let (sum, product) = (
          GuardedMatrix.output(rows: 4, columns: columns, gap: gap), a.copy()
        )
        unsafe ek_add_f32(
          isa.c, 4, Int64(columns), a.pointer, Int64(a.stride), b.pointer, Int64(step),
          sum.pointer, Int64(sum.stride))
        unsafe ek_multiply_f32(
          isa.c, 4, Int64(columns), product.pointer, Int64(a.stride), b.pointer, Int64(step),
          product.pointer, Int64(product.stride))
        expectClose(sum, absolute: 0) { i, j in Double(a[i, j] + b[step == 0 ? 0 : i, j]) }
        expectClose(product, absolute: 0) { i, j in Double(a[i, j] * b[step == 0 ? 0 : i, j]) }
      }
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func scaleShiftAndActivationAgree(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    let x = GuardedMatrix.random(rows: 3, columns: columns, gap: 2, in: -6...6, using: &rng)
    let scale = GuardedMatrix.random(rows: 1, columns: columns, using: &rng)
    let shift = GuardedMatrix.random(rows: 1, columns: columns, using: &rng)
    for activation in [EK_IDENTITY, EK_GELU, EK_HARDSWISH] {
      for terms in 0..<4 {
        let (s, t) = (terms & 1 != 0 ? scale : nil, terms & 2 != 0 ? shift : nil)
        let y = x.copy()
        unsafe ek_scale_shift_f32(
          isa.c, 3, Int64(columns), y.pointer, Int64(y.stride), s?.pointer, t?.pointer, activation,
          y.pointer, Int64(y.stride))
        expectClose(y, absolute: 1e-6, relative: 3e-7) { i, j in
          reference(activation, Double(x[i, j]) * Double(s?[0, j] ?? 1) + Double(t?[0, j] ?? 0))
        }
      }
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func numbersTimesAndPlusANumberAgree(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    for gap in [0, 3] {
      let x = GuardedMatrix.random(rows: 4, columns: columns, gap: gap, using: &rng)
      for step in [x.stride, 0] {
        let y = GuardedMatrix.output(rows: 4, columns: columns, gap: gap)
        unsafe ek_affine_f32(
          isa.c, 4, Int64(columns), 0.75, -2, x.pointer, Int64(step), y.pointer, Int64(y.stride))
        expectClose(y, absolute: 3e-7) { i, j in Double(x[step == 0 ? 0 : i, j]) * 0.75 - 2 }
      }
    }
  }

  @Test(arguments: [(0, 3, 4), (2, 3, 5), (0, 3, 3), (2, 0, 2), (1, 16, 40)])
  func embeds(first: Int, columns: Int, width: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    let x = GuardedMatrix.random(rows: 3, columns: columns, gap: 2, using: &rng)
    let y = GuardedMatrix.output(rows: 3, columns: width, gap: 1)
    unsafe ek_embed_f32(
      3, Int64(columns), x.pointer, Int64(x.stride), Int64(first), Int64(width), y.pointer,
      Int64(y.stride))
    expectClose(y, absolute: 0) { i, j in
      (first..<first + columns).contains(j) ? Double(x[i, j - first]) : 0
    }
  }

  @Test(arguments: [0, 1, 3, 16, 100])
  func copies(columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    for gap in [0, 5] {
      let x = GuardedMatrix.random(rows: 3, columns: columns, gap: gap, using: &rng)
      let y = GuardedMatrix.output(rows: 3, columns: columns, gap: gap)
      unsafe ek_copy_f32(
        3, Int64(columns), x.pointer, Int64(x.stride), y.pointer, Int64(y.stride))
      expectSame(x, y)
    }
  }
}

@Suite struct ActivationKernelTests {
  private func gelu(_ isa: KernelISA, _ x: [Float]) -> [Float] {
    let y = GuardedMatrix(rows: 1, columns: x.count, values: x)
    let count = Int64(x.count)
    unsafe ek_scale_shift_f32(
      isa.c, 1, count, y.pointer, count, nil, nil, EK_GELU, y.pointer, count)
    return y.values
  }

  /// The bound that the header states, over all magnitudes: every 9973rd float.
  @Test(arguments: KernelISA.available)
  func geluKeepsItsErrorBound(isa: KernelISA) {
    let x = stride(from: UInt32(0), through: .max - 9_973, by: 9_973).map { Float(bitPattern: $0) }
      .filter(\.isFinite)
    for (x, y) in zip(x, gelu(isa, x)) {
      let error = abs(Double(y) - reference(EK_GELU, Double(x)))
      if error <= 3e-7 * max(1, abs(Double(x))) { continue }
      Issue.record("gelu(\(x)) = \(y), off by \(error)")
      return
    }
  }

  @Test(arguments: KernelISA.available)
  func geluTakesExtremes(isa: KernelISA) {
    let most = Float.greatestFiniteMagnitude
    let y = gelu(isa, [.infinity, -.infinity, .nan, most, -most, 0, -0.0, 6, -7, 1e-30])
    #expect(y[0] == .infinity && y[1] == 0 && y[2].isNaN)
    #expect(y[3...6].elementsEqual([most, 0, 0, 0]) && y[7] == 6 && y[8] == 0)
    #expect(abs(y[9] / 1e-30 - 0.5) < 1e-5)
  }
}
