import CEdgeKernels
import TestSupport
import Testing

/// One product of rounded operands, and its Double reference.
private struct RoundedProduct {
  let m: Int, n: Int, k: Int
  var segments = 1
  var activation = EK_IDENTITY
  var activatesSum = false
  let left: GuardedMatrix, right: GuardedMatrix
  var bias: GuardedMatrix?, scale: GuardedMatrix?, residual: GuardedMatrix?

  /// Rows of A hold their segments one after the other, with a gap at the end.
  init(
    m: Int, n: Int, k: Int, segments: Int = 1, activation: ek_activation = EK_IDENTITY,
    activatesSum: Bool = false, bias: Bool = false, scale: Bool = false, residual: Bool = false
  ) {
    var rng = SplitMix64(seed: UInt64(m * 1_000_003 + n * 1_009 + k))
    (self.m, self.n, self.k, self.segments) = (m, n, k, segments)
    (self.activation, self.activatesSum) = (activation, activatesSum)
    left = .random(rows: m, columns: segments * k, gap: 5, using: &rng)
    right = .random(rows: segments * k, columns: n, gap: 2, using: &rng)
    self.bias = bias ? .random(rows: 1, columns: n, using: &rng) : nil
    self.scale = scale ? .random(rows: 1, columns: n, using: &rng) : nil
    self.residual = residual ? .random(rows: m, columns: n, gap: 1, using: &rng) : nil
  }

  var evenK: Int { k + k % 2 }
  var panels: Int {
    let columns = Int(ek_panel_columns(EK_AVX512))
    return (n + columns - 1) / columns
  }

  /// The segments of all rows, one segment after the other.
  func roundedLeft() -> GuardedHalves {
    let rounded = GuardedHalves(rows: segments * m, columns: evenK)
    for s in 0..<segments {
      unsafe ek_round_bf16(
        EK_AVX512, Int64(m), Int64(k), left.pointer + s * k, Int64(left.stride),
        rounded.pointer + s * m * evenK, Int64(evenK))
    }
    #expect(rounded.guardsAreIntact)
    return rounded
  }

  func packed() -> GuardedHalves {
    let count = ek_packed_count(EK_AVX512, Int64(segments * evenK), Int64(n))
    let packed = GuardedHalves(rows: 1, columns: Int(count))
    unsafe ek_pack_bf16(
      EK_AVX512, Int64(segments), Int64(k), Int64(n), right.pointer, Int64(right.stride), 1,
      packed.pointer)
    #expect(packed.guardsAreIntact)
    return packed
  }

  /// Rows of the product, to float32 or bfloat16.
  func run(
    rows: Range<Int>, panels: Range<Int>, into c: GuardedMatrix? = nil,
    rounding halves: GuardedHalves? = nil
  ) {
    let (a, b) = (roundedLeft(), packed())
    var operand = unsafe ek_left_bf16(
      a: a.pointer + rows.lowerBound * evenK, row_stride: Int64(evenK),
      segments: Int64(segments), segment_stride: Int64(m * evenK))
    var epilogue = unsafe ek_epilogue(
      bias: bias?.pointer, activation: activation, scale: scale?.pointer,
      residual: residual.map { unsafe $0.pointer + rows.lowerBound * $0.stride },
      residual_stride: Int64(residual?.stride ?? 0), activates_sum: activatesSum ? 1 : 0)
    let (first, end) = (Int64(panels.lowerBound), Int64(panels.upperBound))
    if let c {
      unsafe ek_matmul_bf16_f32(
        EK_AVX512, Int64(rows.count), Int64(n), Int64(k), &operand, b.pointer, first, end,
        c.pointer + rows.lowerBound * c.stride, Int64(c.stride), &epilogue)
    }
    if let halves {
      unsafe ek_matmul_bf16_bf16(
        EK_AVX512, Int64(rows.count), Int64(n), Int64(k), &operand, b.pointer, first, end,
        halves.pointer + rows.lowerBound * halves.stride, Int64(halves.stride), &epilogue)
    }
  }

  func whole() -> GuardedMatrix {
    let c = GuardedMatrix.output(rows: m, columns: n, gap: 3)
    run(rows: 0..<m, panels: 0..<panels, into: c)
    return c
  }

  func expected() -> (Int, Int) -> Double {
    let a = left.values.map(\.roundedToBFloat16)
    let b = right.values.map(\.roundedToBFloat16)
    let depth = segments * k
    return { i, j in
      var sum = 0.0
      for p in 0..<depth { sum += a[i * depth + p] * b[p * n + j] }
      sum += Double(bias?[0, j] ?? 0)
      if !activatesSum { sum = reference(activation, sum) }
      sum = sum * Double(scale?[0, j] ?? 1) + Double(residual?[i, j] ?? 0)
      return activatesSum ? reference(activation, sum) : sum
    }
  }

  /// Products of bfloat16 are exact in float32, so only the sums round, as those of float32 do.
  var tolerance: Double { 1e-6 + 1e-6 * Double(segments * k).squareRoot() }
}

private let processorHasIt = ek_bf16_available(EK_AVX512) == 1

@Suite(.enabled(if: processorHasIt)) struct BFloat16KernelTests {
  @Test(arguments: KernelISA.sizes)
  func roundsToNearestEven(columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    let x = GuardedMatrix.random(rows: 3, columns: columns, gap: 3, in: -100...100, using: &rng)
    let even = columns + columns % 2
    let y = GuardedHalves(rows: 3, columns: even, gap: 4)
    unsafe ek_round_bf16(
      EK_AVX512, 3, Int64(columns), x.pointer, Int64(x.stride), y.pointer, Int64(y.stride))
    for i in 0..<3 {
      for j in 0..<columns { #expect(bfloat16(y[i, j]) == x[i, j].roundedToBFloat16) }
      if even > columns { #expect(y[i, columns] == 0) }
    }
    #expect(y.guardsAreIntact)
  }

  /// The two ways of rounding, of rows and of weights, agree on ties and on numbers at the ends.
  @Test func roundsSpecialNumbers() {
    let values: [Float] = [
      0, -0.0, 1 + 0x1p-8, 1 + 0x3p-8, -1 - 0x1p-8, .infinity, -.infinity,
      .greatestFiniteMagnitude, 0x1p-126, 0x1p-127, -.leastNonzeroMagnitude, 3.4e38,
    ]
    let expected: [UInt16] = [
      0, 0x8000, 0x3F80, 0x3F82, 0xBF80, 0x7F80, 0xFF80, 0x7F80, 0x0080, 0, 0x8000, 0x7F80,
    ]
    let x = GuardedMatrix(rows: 1, columns: values.count, values: values)
    let y = GuardedHalves(rows: 1, columns: values.count)
    let count = Int64(values.count)
    unsafe ek_round_bf16(EK_AVX512, 1, count, x.pointer, count, y.pointer, count)
    #expect(y.values == expected)
    let packed = GuardedHalves(
      rows: 1, columns: Int(ek_packed_count(EK_AVX512, 2, Int64(values.count))))
    unsafe ek_pack_bf16(EK_AVX512, 1, 1, count, x.pointer, count, 1, packed.pointer)
    #expect((0..<values.count).map { packed.values[2 * $0] } == expected)
    let nan = GuardedMatrix(rows: 1, columns: 2, values: [.nan, -.nan])
    unsafe ek_round_bf16(EK_AVX512, 1, 2, nan.pointer, 2, y.pointer, 2)
    #expect(bfloat16(y[0, 0]).isNaN && bfloat16(y[0, 1]).isNaN)
  }

  @Test(arguments: KernelISA.sizes)
  func agreesWithDoublePrecision(n: Int) {
    for m in [1, 2, 5, 11, 12, 13, 25, 38] {
      for k in [1, 2, 3, 16, 17, 48] {
        let product = RoundedProduct(m: m, n: n, k: k)
        expectClose(
          product.whole(), absolute: product.tolerance, label: "\(m) x \(n) x \(k)",
          product.expected())
      }
    }
  }

  @Test(arguments: ek_activation.all.map(\.rawValue))
  func appliesTheEpilogue(activation: UInt32) {
    for terms in 0..<16 {
      for (m, n, k) in [(1, 200, 20), (1, 32, 9), (13, 37, 20), (24, 64, 20), (7, 3, 21)] {
        let product = RoundedProduct(
          m: m, n: n, k: k, activation: ek_activation(rawValue: activation),
          activatesSum: terms & 8 != 0, bias: terms & 1 != 0, scale: terms & 2 != 0,
          residual: terms & 4 != 0)
        expectClose(
          product.whole(), absolute: product.tolerance, label: "terms \(terms), \(m) x \(n)",
          product.expected())
      }
    }
  }

  @Test(arguments: [3, 6])
  func readsSegments(k: Int) {
    for (m, n) in [(1, 150), (1, 7), (14, 33)] {
      let product = RoundedProduct(m: m, n: n, k: k, segments: 4, bias: true)
      expectClose(product.whole(), absolute: product.tolerance, product.expected())
    }
  }

  @Test(arguments: [1, 40])
  func partsAreTheWhole(m: Int) {
    let product = RoundedProduct(
      m: m, n: 205, k: 31, activation: EK_GELU, bias: true, residual: true)
    let (whole, parts) = (product.whole(), product.whole())
    for i in 0..<m { for j in 0..<product.n { parts[i, j] = .nan } }
    for rows in [0..<(m / 3), (m / 3)..<m] {
      for panels in [0..<2, 2..<3, 3..<product.panels] {
        product.run(rows: rows, panels: panels, into: parts)
      }
    }
    expectSame(whole, parts)
  }

  /// Results in bfloat16 are those in float32, rounded.
  @Test(arguments: KernelISA.sizes)
  func roundsResults(n: Int) {
    for m in [1, 12, 17] {
      for activation in [EK_IDENTITY, EK_GELU] {
        let product = RoundedProduct(
          m: m, n: n, k: 9, activation: activation, bias: true, scale: true, residual: true)
        let (c, even) = (product.whole(), n + n % 2)
        let halves = GuardedHalves(rows: m, columns: even, gap: 2)
        product.run(rows: 0..<m, panels: 0..<product.panels, rounding: halves)
        for i in 0..<m {
          #expect(
            (0..<n).allSatisfy { bfloat16(halves[i, $0]) == c[i, $0].roundedToBFloat16 })
          if even > n { #expect(halves[i, n] == 0) }
        }
        #expect(halves.guardsAreIntact)
      }
    }
  }

  @Test func takesLongSums() {
    for (m, n, k) in [(1, 100, 1_501), (64, 40, 2_336), (600, 33, 700)] {
      let product = RoundedProduct(m: m, n: n, k: k)
      expectClose(product.whole(), absolute: 4 * product.tolerance, product.expected())
    }
  }

  @Test func emptySizesWriteNothing() {
    let product = RoundedProduct(m: 3, n: 5, k: 4)
    let c = GuardedMatrix.output(rows: 3, columns: 5)
    let before = c.copy()
    product.run(rows: 0..<0, panels: 0..<1, into: c)
    product.run(rows: 0..<3, panels: 1..<1, into: c)
    expectSame(c, before)
  }

  private func bfloat16(_ bits: UInt16) -> Double {
    Double(Float(bitPattern: UInt32(bits) << 16))
  }
}

@Suite struct BFloat16AvailabilityKernelTests {
  @Test(arguments: KernelISA.available.filter { $0 != .avx512 })
  func othersThanAVX512DoNothing(isa: KernelISA) {
    #expect(ek_bf16_available(isa.c) == 0)
    let x = GuardedMatrix(rows: 1, columns: 2, values: [1, 2])
    let y = GuardedHalves(rows: 1, columns: 2)
    let before = y.values
    unsafe ek_round_bf16(isa.c, 1, 2, x.pointer, 2, y.pointer, 2)
    #expect(y.values == before)
  }
}
