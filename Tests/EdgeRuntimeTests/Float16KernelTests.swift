import CEdgeKernels
import TestSupport
import Testing

@Suite struct Float16KernelTests {
  private func packed(_ isa: KernelISA, _ b: GuardedMatrix) -> GuardedHalves {
    let (k, n) = (Int64(b.rows), Int64(b.columns))
    let packed = GuardedHalves(rows: 1, columns: Int(ek_packed_count(isa.c, k, n)))
    unsafe ek_pack_f16(isa.c, k, n, b.pointer, Int64(b.stride), 1, packed.pointer)
    #expect(packed.guardsAreIntact)
    return packed
  }

  /// One panel's first row holds the values in order.
  private func rounded(_ values: [Float]) -> [UInt16] {
    let b = GuardedMatrix(rows: 1, columns: values.count, values: values)
    return Array(packed(.portable, b).values.prefix(values.count))
  }

  @Test func packingRoundsToNearestEven() {
    var rng = SplitMix64(seed: 16)
    var values = (-26...15).flatMap { exponent in
      rng.floats(40, in: -2...2).map { $0 * Float(sign: .plus, exponent: exponent, significand: 1) }
    }
    // Halfway between two numbers, of which the even one is below or above.
    values += [1 + 0x1p-11, 1 + 0x3p-11, 0x1p-25, 0x3p-25, 0x5p-25, 0x1p-14 - 0x1p-25]
    values += [65504, 65519]
    values.removeAll { $0.magnitude >= 65520 }
    for (value, bits) in zip(values, rounded(values)) {
      #expect(float16(bits) == value.roundedToFloat16, "\(value)")
    }
    #expect(
      rounded([0, -0.0, .infinity, -.infinity, 65520, -1e30])
        == [0, 0x8000, 0x7C00, 0xFC00, 0x7C00, 0xFC00])
    #expect(float16(rounded([.nan])[0]).isNaN)
  }

  /// Every float16 is its own product with 1.
  @Test(arguments: KernelISA.available)
  func loadsEveryNumber(isa: KernelISA) {
    let all = (0...UInt16.max).map { float16($0) }
    let finite = all.filter(\.isFinite)
    let b = GuardedMatrix(rows: 1, columns: finite.count, values: finite.map { Float($0) })
    let one = GuardedMatrix(rows: 1, columns: 1, values: [1])
    let c = GuardedMatrix.output(rows: 1, columns: finite.count)
    multiply(isa, one, packed(isa, b), into: c)
    expectClose(c, absolute: 0) { _, j in finite[j] }
    for (value, found) in [(Float.infinity, Float.infinity), (-.infinity, -.infinity)] {
      let b = GuardedMatrix(rows: 1, columns: 1, values: [value])
      let c = GuardedMatrix.output(rows: 1, columns: 1)
      multiply(isa, one, packed(isa, b), into: c)
      #expect(c[0, 0] == found)
    }
  }

  /// The same sums in the same order as those of the float32 kernel on rounded weights.
  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func equalsFloat32OnRoundedWeights(isa: KernelISA, n: Int) {
    for m in [1, 5, 6, 8, 12, 13, 25] {
      for k in [1, 3, 16, 48] {
        var rng = SplitMix64(seed: UInt64(m * 1_000_003 + n * 1_009 + k))
        let a = GuardedMatrix.random(rows: m, columns: k, gap: 3, using: &rng)
        let b = GuardedMatrix.random(rows: k, columns: n, using: &rng)
        let roundedB = GuardedMatrix(
          rows: k, columns: n, values: b.values.map { Float($0.roundedToFloat16) })
        let (found, wanted) = (
          GuardedMatrix.output(rows: m, columns: n, gap: 2),
          GuardedMatrix.output(rows: m, columns: n, gap: 2)
        )
        multiply(isa, a, packed(isa, b), into: found)
        var left = unsafe ek_left(
          a: a.pointer, row_stride: Int64(a.stride), segments: 1, segment_stride: 0)
        let panels = GuardedMatrix.output(
          rows: 1, columns: Int(ek_packed_count(isa.c, Int64(k), Int64(n))))
        unsafe ek_pack_f32(isa.c, Int64(k), Int64(n), roundedB.pointer, Int64(n), 1, panels.pointer)
        unsafe ek_matmul_f32(
          isa.c, Int64(m), Int64(n), Int64(k), &left, panels.pointer, 0, panelCount(isa, n),
          wanted.pointer, Int64(wanted.stride), nil)
        expectSame(found, wanted)
      }
    }
  }

  private func multiply(
    _ isa: KernelISA, _ a: GuardedMatrix, _ packed: GuardedHalves, into c: GuardedMatrix
  ) {
    var left = unsafe ek_left(
      a: a.pointer, row_stride: Int64(a.stride), segments: 1, segment_stride: 0)
    unsafe ek_matmul_f16(
      isa.c, Int64(c.rows), Int64(c.columns), Int64(a.columns), &left, packed.pointer, 0,
      panelCount(isa, c.columns), c.pointer, Int64(c.stride), nil)
  }

  private func panelCount(_ isa: KernelISA, _ n: Int) -> Int64 {
    let columns = ek_panel_columns(isa.c)
    return (Int64(n) + columns - 1) / columns
  }
}
