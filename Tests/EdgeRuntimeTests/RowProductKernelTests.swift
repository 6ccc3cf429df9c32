import CEdgeKernels
import TestSupport
import Testing

/// One product over rows, Aᵀ B, and its Double reference. The rows of B come in groups, with a gap
/// after each group; those of A have a gap after each row.
private struct RowProduct {
  let m: Int, n: Int, k: Int, group: Int
  let left: GuardedMatrix, right: GuardedMatrix
  /// What the product is added to.
  var start: GuardedMatrix?

  init(m: Int, n: Int, k: Int, group: Int? = nil, accumulates: Bool = false) {
    var rng = SplitMix64(seed: UInt64(m * 1_000_003 + n * 1_009 + k))
    let length = group ?? max(k, 1)
    (self.m, self.n, self.k, self.group) = (m, n, k, length)
    left = .random(rows: k, columns: m, gap: 5, using: &rng)
    right = .random(rows: (k + length - 1) / length, columns: length * n, gap: 3, using: &rng)
    start = accumulates ? .random(rows: m, columns: n, using: &rng) : nil
  }

  func run(_ isa: KernelISA, rounds: Bool = false, columns: Range<Int>? = nil) -> GuardedMatrix {
    let range = columns ?? 0..<m
    let c = GuardedMatrix.output(rows: range.count, columns: n, gap: 2)
    if let start {
      for i in 0..<c.rows { for j in 0..<n { c[i, j] = start[range.lowerBound + i, j] } }
    }
    let count = Int(ek_matmul_tn_scratch_count(Int64(range.count), Int64(n)))
    let scratch = GuardedMatrix(rows: 1, columns: count)
    var rows = unsafe ek_rows(
      at: right.pointer, stride: Int64(n), group: Int64(group), group_stride: Int64(right.stride))
    let (a, adds) = unsafe (left.pointer + range.lowerBound, Int32(start == nil ? 0 : 1))
    let function = unsafe rounds ? ek_matmul_tn_bf16_f32 : ek_matmul_tn_f32
    unsafe function(
      isa.c, Int64(range.count), Int64(n), Int64(k), a, Int64(left.stride), &rows, adds, c.pointer,
      Int64(c.stride), scratch.pointer)
    #expect(scratch.guardsAreIntact, "scratch of \(m) x \(n)")
    return c
  }

  func check(_ isa: KernelISA, rounds: Bool = false) {
    let value: (Float) -> Double = rounds ? { $0.roundedToBFloat16 } : { Double($0) }
    let a = left.values.map(value)
    let b = (0..<k).map { p in (0..<n).map { value(right[p / group, p % group * n + $0]) } }
    // Rounding of a sum of k terms of size 1; measured are three quarters of it.
    let tolerance = 1e-6 + 1e-6 * Double(k).squareRoot()
    expectClose(run(isa, rounds: rounds), absolute: tolerance, label: "\(m) x \(n) x \(k)") {
      i, j in
      (0..<k).reduce(Double(start?[i, j] ?? 0)) { $0 + a[$1 * m + i] * b[$1][j] }
    }
  }
}

@Suite struct RowProductKernelTests {
  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func agreesWithDoublePrecision(isa: KernelISA, n: Int) {
    for m in [1, 2, 5, 6, 7, 8, 11, 12, 13, 25, 38] {
      RowProduct(m: m, n: n, k: 1 + (m * 5 + n) % 37, accumulates: m % 2 == 0).check(isa)
    }
  }

  /// Several blocks of columns of both operands, several chunks of rows.
  @Test(arguments: KernelISA.available, [255, 256, 257, 700])
  func agreesOnManyBlocks(isa: KernelISA, k: Int) {
    RowProduct(m: 193, n: 290, k: k).check(isa)
    RowProduct(m: 20, n: 35, k: k, accumulates: true).check(isa)
  }

  @Test(arguments: KernelISA.available, [1, 7, 56, 300])
  func readsGroupsOfRows(isa: KernelISA, group: Int) {
    RowProduct(m: 14, n: 21, k: 560, group: group).check(isa)
  }

  @Test(arguments: KernelISA.available)
  func partsAreTheWhole(isa: KernelISA) {
    for accumulates in [false, true] {
      let product = RowProduct(m: 61, n: 75, k: 600, accumulates: accumulates)
      let whole = product.run(isa).values
      for columns in [0..<24, 24..<25, 25..<61] {
        let part = product.run(isa, columns: columns).values
        #expect(part == Array(whole[columns.lowerBound * 75..<columns.upperBound * 75]))
      }
    }
  }

  @Test(arguments: KernelISA.available)
  func noRowsAreZeros(isa: KernelISA) {
    let product = RowProduct(m: 5, n: 7, k: 0)
    #expect(product.run(isa).values == [Float](repeating: 0, count: 35))
    let sum = RowProduct(m: 5, n: 7, k: 0, accumulates: true)
    #expect(sum.run(isa).values == sum.start?.values)
    #expect(RowProduct(m: 5, n: 0, k: 3).run(isa).guardsAreIntact)
    #expect(RowProduct(m: 0, n: 5, k: 3).run(isa).guardsAreIntact)
  }

  /// Ten thousand numbers near 1: a single chain of float32 sums would be off by 1e-5 and more.
  @Test(arguments: KernelISA.available)
  func longSumsStayAccurate(isa: KernelISA) {
    var rng = SplitMix64(seed: 3)
    let k = 10_000
    let x = GuardedMatrix.random(rows: k, columns: 18, in: 0.9...1.1, using: &rng)
    let c = GuardedMatrix.output(rows: 18, columns: 18)
    let scratch = GuardedMatrix(rows: 1, columns: Int(ek_matmul_tn_scratch_count(18, 18)))
    var rows = unsafe ek_rows(at: x.pointer, stride: 18, group: Int64(k), group_stride: 0)
    unsafe ek_matmul_tn_f32(
      isa.c, 18, 18, Int64(k), x.pointer, 18, &rows, 0, c.pointer, 18, scratch.pointer)
    expectClose(c, absolute: 0, relative: 2e-6) { i, j in
      (0..<k).reduce(0) { $0 + Double(x[$1, i]) * Double(x[$1, j]) }
    }
  }

  @Test(arguments: KernelISA.available.filter { ek_bf16_available($0.c) == 1 })
  func roundsToBFloat16(isa: KernelISA) {
    for n in KernelISA.sizes {
      for m in [1, 5, 12, 13, 38] {
        RowProduct(m: m, n: n, k: 1 + (m * 5 + n) % 37, accumulates: m % 2 == 0)
          .check(isa, rounds: true)
      }
    }
    for k in [511, 512, 513, 1_100] {
      RowProduct(m: 193, n: 290, k: k, group: 57).check(isa, rounds: true)
    }
  }
}

@Suite struct SumKernelTests {
  @Test(arguments: KernelISA.available, KernelISA.sizes + [511, 512, 513, 1_100])
  func sumsRows(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    for rows in [0, 1, 7, 8, 9, 255, 256, 257, 530] {
      for accumulates in [false, true] {
        let x = GuardedMatrix.random(rows: rows, columns: columns, gap: 2, using: &rng)
        let start = GuardedMatrix.random(rows: 1, columns: columns, using: &rng)
        let y = accumulates ? start.copy() : .output(rows: 1, columns: columns)
        unsafe ek_sum_rows_f32(
          isa.c, Int64(rows), Int64(columns), x.pointer, Int64(x.stride), accumulates ? 1 : 0,
          y.pointer)
        // At most 530 terms of size 1, which add up to some tens; measured is 1.3e-5.
        expectClose(y, absolute: 3e-5, label: "\(rows) rows") { _, j in
          (0..<rows).reduce(accumulates ? Double(start[0, j]) : 0) { $0 + Double(x[$1, j]) }
        }
      }
    }
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes + [511, 4_095, 4_097, 9_000])
  func sumsEverything(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    for (rows, gap) in [(0, 0), (1, 0), (3, 0), (9, 4)] {
      let x = GuardedMatrix.random(rows: rows, columns: columns, gap: gap, using: &rng)
      let y = GuardedMatrix.output(rows: 1, columns: 1)
      unsafe ek_sum_f32(
        isa.c, Int64(rows), Int64(columns), x.pointer, Int64(x.stride), y.pointer)
      // Rounding of the sums of chunks, and of the result.
      expectClose(y, absolute: 5e-6 + 1e-6 * Double(rows * columns).squareRoot()) { _, _ in
        x.values.reduce(0) { $0 + Double($1) }
      }
    }
  }

  @Test func transposes() {
    var rng = SplitMix64(seed: 1)
    for (rows, columns) in [(1, 1), (3, 5), (16, 16), (17, 40), (49, 33)] {
      let x = GuardedMatrix.random(rows: rows, columns: columns, gap: 3, using: &rng)
      let y = GuardedMatrix.output(rows: columns, columns: rows, gap: 2)
      unsafe ek_transpose_f32(
        Int64(rows), Int64(columns), x.pointer, Int64(x.stride), y.pointer, Int64(y.stride))
      expectClose(y, absolute: 0) { i, j in Double(x[j, i]) }
      let reversed = GuardedMatrix.output(rows: columns, columns: rows, gap: 2)
      unsafe ek_transpose_f32(
        Int64(rows), Int64(columns), x.pointer, Int64(x.stride),
        reversed.pointer + (columns - 1) * reversed.stride, Int64(-reversed.stride))
      expectClose(reversed, absolute: 0) { i, j in Double(x[j, columns - 1 - i]) }
    }
  }
}
