import CEdgeKernels
import TestSupport
import Testing

@Suite struct ArgMaxKernelTests {
  private func argMax(_ x: GuardedMatrix, _ isa: KernelISA) -> [Float] {
    let y = GuardedMatrix.output(rows: 1, columns: x.rows, gap: 0)
    unsafe ek_argmax_f32(
      isa.c, Int64(x.rows), Int64(x.columns), x.pointer, Int64(x.stride), y.pointer)
    #expect(y.guardsAreIntact)
    return y.values
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes + [255])
  func agreesWithALoop(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    // Few values, so that some are equal.
    let x = GuardedMatrix.random(rows: 50, columns: columns, gap: 3, in: -1...1, using: &rng)
    for row in 0..<50 {
      for column in 0..<columns { x[row, column] = (x[row, column] * 4).rounded() }
    }
    let expected = (0..<50).map { row -> Float in
      let values = (0..<columns).map { x[row, $0] }
      return Float(values.firstIndex(of: values.max() ?? 0) ?? 0)
    }
    #expect(argMax(x, isa) == expected)
  }

  @Test(arguments: KernelISA.available)
  func takesWhatIsNoNumber(isa: KernelISA) {
    func place(_ row: [Float]) -> Float {
      argMax(GuardedMatrix(rows: 1, columns: row.count, values: row), isa)[0]
    }
    #expect(place([.nan, 1, 2]) == 2)
    #expect(place([5, 1, 2, .nan, 5, 0]) == 0)
    #expect(place([.nan, .nan]) == 0)
    #expect(place([-.infinity, -.infinity]) == 0)
    #expect(place([0, .infinity, 3]) == 1)
  }
}
