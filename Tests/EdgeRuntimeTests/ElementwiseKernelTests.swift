import CEdgeKernels
import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

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
  func productsPlusTermsAgree(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    for gap in [0, 3] {
      let a = GuardedMatrix.random(rows: 4, columns: columns, gap: gap, using: &rng)
      let b = GuardedMatrix.random(rows: 4, columns: columns, gap: gap, using: &rng)
      let c = GuardedMatrix.random(rows: 4, columns: columns, gap: 2 * gap, using: &rng)
      for step in [b.stride, 0] {
        let y = c.copy()
        unsafe ek_multiply_add_f32(
          isa.c, 4, Int64(columns), a.pointer, Int64(a.stride), b.pointer, Int64(step), y.pointer,
          Int64(y.stride), y.pointer, Int64(y.stride))
        expectClose(y, absolute: 2e-7) { i, j in
          Double(a[i, j]) * Double(b[step == 0 ? 0 : i, j]) + Double(c[i, j])
        }
      }
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func scaleShiftAndActivationAgree(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    let x = GuardedMatrix.random(rows: 3, columns: columns, gap: 2, in: -6...6, using: &rng)
    let scale = GuardedMatrix.random(rows: 1, columns: columns, using: &rng)
    let shift = GuardedMatrix.random(rows: 1, columns: columns, using: &rng)
    for activation in ek_activation.all {
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
  private func values(
    _ isa: KernelISA, _ function: ActivationFunction, _ x: [Float]
  ) -> [Float] {
    let y = GuardedMatrix(rows: 1, columns: x.count, values: x)
    let count = Int64(x.count)
    unsafe ek_scale_shift_f32(
      isa.c, 1, count, y.pointer, count, nil, nil, function.code, y.pointer, count)
    return y.values
  }

  /// The bound that the header states, over all magnitudes: every 9973rd float.
  @Test(arguments: KernelISA.available, ActivationFunction.allCases)
  func keepTheirErrorBound(isa: KernelISA, function: ActivationFunction) {
    let x = stride(from: UInt32(0), through: .max - 9_973, by: 9_973).map { Float(bitPattern: $0) }
      .filter(\.isFinite)
    for (x, y) in zip(x, values(isa, function, x)) {
      let error = abs(Double(y) - function.value(at: Double(x)))
      if error <= 3e-7 * max(1, abs(Double(x))) { continue }
      Issue.record("\(function) of \(x) = \(y), off by \(error)")
      return
    }
  }

  @Test(arguments: KernelISA.available, ActivationFunction.allCases)
  func takeExtremes(isa: KernelISA, function: ActivationFunction) {
    let most = Float.greatestFiniteMagnitude
    let y = values(isa, function, [.infinity, most, -.infinity, -most, .nan, 0, -0.0])
    let highest: [Float] =
      switch function {
      case .gelu, .hardswish, .silu, .relu: [.infinity, most]
      case .relu6: [6, 6]
      case .hardsigmoid, .sigmoid: [1, 1]
      }
    #expect(y[..<2].elementsEqual(highest) && y[2] == 0 && y[3] == 0 && y[4].isNaN)
    let atZero = Float(function.value(at: 0))
    #expect(y[5] == atZero && y[6] == atZero)
  }

  @Test(arguments: KernelISA.available)
  func geluIsExactFarOut(isa: KernelISA) {
    let y = values(isa, .gelu, [6, -7, 1e-30])
    #expect(y[0] == 6 && y[1] == 0 && abs(y[2] / 1e-30 - 0.5) < 1e-5)
  }
}
