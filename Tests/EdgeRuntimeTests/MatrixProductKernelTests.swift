import CEdgeKernels
import TestSupport
import Testing

/// One product with everything that an epilogue can have, and its Double reference.
private struct Product {
  var m: Int, n: Int, k: Int
  var segments = 1
  var activation = EK_IDENTITY
  var activatesSum = false
  var left: GuardedMatrix, right: GuardedMatrix
  var bias: GuardedMatrix?, scale: GuardedMatrix?, residual: GuardedMatrix?
  var segmentStride = 0

  /// Without segments A is m x k with a gap after each row; with them a row of A holds them all,
  /// and gaps between.
  init(
    m: Int, n: Int, k: Int, segments: Int = 1, activation: ek_activation = EK_IDENTITY,
    activatesSum: Bool = false, bias: Bool = false, scale: Bool = false, residual: Bool = false
  ) {
    var rng = SplitMix64(seed: UInt64(m * 1_000_003 + n * 1_009 + k))
    (self.m, self.n, self.k, self.segments) = (m, n, k, segments)
    (self.activation, self.activatesSum) = (activation, activatesSum)
    segmentStride = segments == 1 ? 0 : k + 3
    left = .random(
      rows: m, columns: segments == 1 ? k : segments * segmentStride, gap: 5, using: &rng)
    right = .random(rows: segments * k, columns: n, gap: 2, using: &rng)
    self.bias = bias ? .random(rows: 1, columns: n, using: &rng) : nil
    self.scale = scale ? .random(rows: 1, columns: n, using: &rng) : nil
    self.residual = residual ? .random(rows: m, columns: n, gap: 1, using: &rng) : nil
  }

  func packed(_ isa: KernelISA) -> GuardedMatrix {
    let depth = Int64(segments * k)
    let packed = GuardedMatrix.output(
      rows: 1, columns: Int(ek_packed_count(isa.c, depth, Int64(n))))
    unsafe ek_pack_f32(
      isa.c, depth, Int64(n), right.pointer, Int64(right.stride), 1, packed.pointer)
    #expect(packed.guardsAreIntact)
    return packed
  }

  func panels(_ isa: KernelISA) -> Int {
    let columns = Int(ek_panel_columns(isa.c))
    return (n + columns - 1) / columns
  }

  func run(
    _ isa: KernelISA, packed: GuardedMatrix, rows: Range<Int>, panels: Range<Int>,
    into c: GuardedMatrix, residual: GuardedMatrix? = nil
  ) {
    var operand = unsafe ek_left(
      a: left.pointer + rows.lowerBound * left.stride, row_stride: Int64(left.stride),
      segments: Int64(segments), segment_stride: Int64(segmentStride))
    let added = residual ?? self.residual
    var epilogue = unsafe ek_epilogue(
      bias: bias?.pointer, activation: activation, scale: scale?.pointer,
      residual: added.map { unsafe $0.pointer + rows.lowerBound * $0.stride },
      residual_stride: Int64(added?.stride ?? 0), activates_sum: activatesSum ? 1 : 0)
    unsafe ek_matmul_f32(
      isa.c, Int64(rows.count), Int64(n), Int64(k), &operand, packed.pointer,
      Int64(panels.lowerBound), Int64(panels.upperBound),
      c.pointer + rows.lowerBound * c.stride, Int64(c.stride), &epilogue)
  }

  func whole(_ isa: KernelISA) -> GuardedMatrix {
    let c = GuardedMatrix.output(rows: m, columns: n, gap: 3)
    run(isa, packed: packed(isa), rows: 0..<m, panels: 0..<panels(isa), into: c)
    return c
  }

  func expected(_ i: Int, _ j: Int) -> Double {
    var sum = 0.0
    for s in 0..<segments {
      for p in 0..<k {
        sum += Double(left[i, s * segmentStride + p]) * Double(right[s * k + p, j])
      }
    }
    sum += Double(bias?[0, j] ?? 0)
    if !activatesSum { sum = reference(activation, sum) }
    sum = sum * Double(scale?[0, j] ?? 1) + Double(residual?[i, j] ?? 0)
    return activatesSum ? reference(activation, sum) : sum
  }

  /// Rounding of a sum of k terms of size 1; measured are a third of it.
  var tolerance: Double { 1e-6 + 1e-6 * Double(segments * k).squareRoot() }
}

@Suite struct MatrixProductKernelTests {
  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func agreesWithDoublePrecision(isa: KernelISA, n: Int) {
    for m in [1, 2, 5, 6, 7, 8, 11, 12, 13, 25, 38] {
      for k in [1, 3, 16, 48] {
        let product = Product(m: m, n: n, k: k)
        expectClose(
          product.whole(isa), absolute: product.tolerance, label: "\(m) x \(n) x \(k)",
          product.expected)
      }
    }
  }

  @Test(arguments: KernelISA.available, ek_activation.all.map(\.rawValue))
  func appliesTheEpilogue(isa: KernelISA, activation: UInt32) {
    for terms in 0..<16 {
      for (m, n, k) in [(1, 200, 20), (1, 32, 9), (13, 37, 20), (24, 64, 20), (7, 3, 20)] {
        let product = Product(
          m: m, n: n, k: k, activation: ek_activation(rawValue: activation),
          activatesSum: terms & 8 != 0, bias: terms & 1 != 0, scale: terms & 2 != 0,
          residual: terms & 4 != 0)
        expectClose(
          product.whole(isa), absolute: product.tolerance, label: "terms \(terms), \(m) x \(n)",
          product.expected)
      }
    }
  }

  @Test(arguments: KernelISA.available)
  func readsSegments(isa: KernelISA) {
    for (m, n) in [(1, 150), (1, 7), (14, 33)] {
      let product = Product(m: m, n: n, k: 6, segments: 4, bias: true)
      expectClose(product.whole(isa), absolute: product.tolerance, product.expected)
    }
  }

  @Test(arguments: KernelISA.available, [1, 40])
  func partsAreTheWhole(isa: KernelISA, m: Int) {
    let product = Product(m: m, n: 205, k: 30, activation: EK_GELU, bias: true, residual: true)
    let (whole, parts) = (product.whole(isa), product.whole(isa))
    let (packed, panels) = (product.packed(isa), product.panels(isa))
    for i in 0..<m { for j in 0..<product.n { parts[i, j] = .nan } }
    for rows in [0..<(m / 3), (m / 3)..<m] {
      for columns in [0..<2, 2..<3, 3..<panels] {
        product.run(isa, packed: packed, rows: rows, panels: columns, into: parts)
      }
    }
    expectSame(whole, parts)
  }

  @Test(arguments: KernelISA.available)
  func residualMayBeTheOutput(isa: KernelISA) {
    for (m, n) in [(1, 160), (20, 64), (9, 27)] {
      let product = Product(m: m, n: n, k: 12, scale: true, residual: true)
      let residual = product.residual ?? product.left
      let c = GuardedMatrix(rows: m, columns: n, gap: 4, values: residual.values)
      product.run(
        isa, packed: product.packed(isa), rows: 0..<m, panels: 0..<product.panels(isa), into: c,
        residual: c)
      expectClose(c, absolute: product.tolerance, product.expected)
    }
  }

  @Test(arguments: KernelISA.available)
  func takesLongSums(isa: KernelISA) {
    for (m, n, k) in [(1, 100, 1_500), (64, 40, 2_336), (300, 33, 700)] {
      let product = Product(m: m, n: n, k: k)
      expectClose(product.whole(isa), absolute: 4 * product.tolerance, product.expected)
    }
  }

  @Test(arguments: KernelISA.available)
  func packsTransposedAndFillsWithZeros(isa: KernelISA) {
    let (k, n, columns) = (7, 21, Int(ek_panel_columns(isa.c)))
    var rng = SplitMix64(seed: 1)
    let transposed = GuardedMatrix.random(rows: n, columns: k, gap: 2, using: &rng)
    let count = Int(ek_packed_count(isa.c, Int64(k), Int64(n)))
    #expect(count == (n + columns - 1) / columns * columns * k)
    let packed = GuardedMatrix.output(rows: 1, columns: count)
    unsafe ek_pack_f32(
      isa.c, Int64(k), Int64(n), transposed.pointer, 1, Int64(transposed.stride), packed.pointer)
    expectClose(packed, absolute: 0) { _, index in
      let (panel, p, j) = (index / (columns * k), index / columns % k, index % columns)
      let column = panel * columns + j
      return column < n ? Double(transposed[column, p]) : 0
    }
  }

  @Test(arguments: KernelISA.available)
  func emptySizesWriteNothing(isa: KernelISA) {
    let product = Product(m: 3, n: 5, k: 4)
    let (c, packed) = (GuardedMatrix.output(rows: 3, columns: 5), product.packed(isa))
    let before = c.copy()
    product.run(isa, packed: packed, rows: 0..<0, panels: 0..<1, into: c)
    product.run(isa, packed: packed, rows: 0..<3, panels: 1..<1, into: c)
    expectSame(c, before)
  }
}
