import CEdgeKernels
import TestSupport
import Testing

/// The loops of the optimizers against plain ones in double precision, in arrays with guards.
@Suite struct OptimizerKernelTests {
  static let sizes = KernelISA.sizes + [0, 1000]

  private struct Vectors {
    let g, p, m, v: GuardedMatrix

    init(count: Int) {
      var rng = SplitMix64(seed: UInt64(count))
      g = .random(rows: 1, columns: count, using: &rng)
      p = .random(rows: 1, columns: count, using: &rng)
      m = .random(rows: 1, columns: count, using: &rng)
      v = .random(rows: 1, columns: count, in: 0...1, using: &rng)
    }

    /// Moments and direction of element j, in double precision.
    func adam(_ s: ek_adam, _ j: Int) -> (m: Double, v: Double, u: Double) {
      let (p, b1, b2) = (Double(p[0, j]), 1 - Double(s.share1), 1 - Double(s.share2))
      let g = Double(g[0, j]) * Double(s.gradient_factor) + Double(s.l2) * p
      let m = b1 * Double(m[0, j]) + (1 - b1) * g
      let v = b2 * Double(v[0, j]) + (1 - b2) * g * g
      let root = v.squareRoot() * Double(s.correction2) + Double(s.epsilon)
      return (m, v, m * Double(s.correction1) / root + Double(s.decay) * p)
    }
  }

  private func settings(l2: Float, decay: Float) -> ek_adam {
    ek_adam(
      learning_rate: 0.1, gradient_factor: 0.5, l2: l2, decay: decay, share1: 0.1, share2: 0.01,
      correction1: 2, correction2: 1.5, epsilon: 1e-3)
  }

  @Test(arguments: KernelISA.available, sizes)
  func adamAgrees(isa: KernelISA, count: Int) {
    for (l2, decay) in [(0, 0), (0.3, 0), (0, 0.3)] as [(Float, Float)] {
      var settings = settings(l2: l2, decay: decay)
      let old = Vectors(count: count)
      let (p, m, v) = (old.p.copy(), old.m.copy(), old.v.copy())
      unsafe ek_adam_f32(
        isa.c, Int64(count), &settings, old.g.pointer, p.pointer, m.pointer, v.pointer)
      // A few roundings of numbers near 1; the root's derivative is at most 5 here.
      expectClose(m, absolute: 3e-7) { _, j in old.adam(settings, j).m }
      expectClose(v, absolute: 3e-7) { _, j in old.adam(settings, j).v }
      expectClose(p, absolute: 1e-6, relative: 1e-6) { _, j in
        Double(old.p[0, j]) - Double(settings.learning_rate) * old.adam(settings, j).u
      }
    }
  }

  @Test(arguments: KernelISA.available, sizes)
  func lambAgrees(isa: KernelISA, count: Int) {
    var settings = settings(l2: 0, decay: 0.3)
    let old = Vectors(count: count)
    let (g, m, v) = (old.g.copy(), old.m.copy(), old.v.copy())
    var squares = [Double](repeating: -1, count: 2)
    unsafe ek_lamb_direction_f32(
      isa.c, Int64(count), &settings, old.p.pointer, g.pointer, m.pointer, v.pointer, &squares)
    expectClose(m, absolute: 3e-7) { _, j in old.adam(settings, j).m }
    expectClose(v, absolute: 3e-7) { _, j in old.adam(settings, j).v }
    expectClose(g, absolute: 1e-6, relative: 1e-6) { _, j in old.adam(settings, j).u }
    let values = old.p.values.reduce(0) { $0 + Double($1) * Double($1) }
    let directions = g.values.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(squares[0] - values) <= 1e-12 * values)
    #expect(abs(squares[1] - directions) <= 1e-12 * directions)
  }

  /// Where nothing is divided, lanes past the end must not enter the sums.
  @Test(arguments: KernelISA.available)
  func lambTakesAnEpsilonOfZero(isa: KernelISA) {
    var settings = settings(l2: 0, decay: 0)
    settings.epsilon = 0
    let old = Vectors(count: 3)
    var squares = [0.0, 0.0]
    unsafe ek_lamb_direction_f32(
      isa.c, 3, &settings, old.p.pointer, old.g.pointer, old.m.pointer, old.v.pointer, &squares)
    #expect(squares.allSatisfy { $0.isFinite })
  }

  @Test(arguments: KernelISA.available, sizes)
  func descentAgrees(isa: KernelISA, count: Int) {
    for nesterov in [0, 1] as [Int32] {
      for hasMomentum in [false, true] {
        var s = ek_sgd(
          learning_rate: 0.1, gradient_factor: 0.5, l2: 0.3, momentum: 0.9, nesterov: nesterov)
        let old = Vectors(count: count)
        let (p, m) = (old.p.copy(), old.m.copy())
        unsafe ek_sgd_f32(
          isa.c, Int64(count), &s, old.g.pointer, p.pointer, hasMomentum ? m.pointer : nil)
        func gradient(_ j: Int) -> Double { 0.5 * Double(old.g[0, j]) + 0.3 * Double(old.p[0, j]) }
        func velocity(_ j: Int) -> Double { 0.9 * Double(old.m[0, j]) + gradient(j) }
        expectClose(m, absolute: 3e-7) { _, j in hasMomentum ? velocity(j) : Double(old.m[0, j]) }
        expectClose(p, absolute: 3e-7) { _, j in
          let ahead = nesterov == 1 ? gradient(j) + 0.9 * velocity(j) : velocity(j)
          return Double(old.p[0, j]) - 0.1 * (hasMomentum ? ahead : gradient(j))
        }
      }
    }
  }

  @Test(arguments: KernelISA.available, sizes)
  func averagesAndSumsAgree(isa: KernelISA, count: Int) {
    let old = Vectors(count: count)
    let (average, sum) = (old.p.copy(), old.p.copy())
    unsafe ek_average_f32(isa.c, Int64(count), 0.25, old.g.pointer, average.pointer)
    unsafe ek_add_scaled_f32(isa.c, Int64(count), 0.25, old.g.pointer, sum.pointer)
    expectClose(average, absolute: 2e-7) { _, j in
      0.75 * Double(old.p[0, j]) + 0.25 * Double(old.g[0, j])
    }
    expectClose(sum, absolute: 1e-7) { _, j in Double(old.p[0, j]) + 0.25 * Double(old.g[0, j]) }
    let squares = old.g.values.reduce(0) { $0 + Double($1) * Double($1) }
    let found = unsafe ek_square_sum_f32(isa.c, Int64(count), old.g.pointer)
    #expect(abs(found - squares) <= 1e-12 * squares)
  }

  /// Squares that overflow float32 don't.
  @Test(arguments: KernelISA.available)
  func squaresAreSummedInDoublePrecision(isa: KernelISA) {
    let x = [Float](repeating: 1e30, count: 37)
    let sum = unsafe ek_square_sum_f32(isa.c, 37, x)
    #expect(abs(sum / (37 * Double(Float(1e30)) * Double(Float(1e30))) - 1) < 1e-14)
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func clampsButKeepsNaN(isa: KernelISA, count: Int) {
    var rng = SplitMix64(seed: UInt64(count))
    var values = rng.floats(count, in: -2...2)
    values[count / 2] = .nan
    values[0] = count > 1 ? -.infinity : values[0]
    let x = GuardedMatrix(rows: 1, columns: count, values: values)
    unsafe ek_clamp_f32(isa.c, Int64(count), 0.75, x.pointer)
    for (j, value) in values.enumerated() {
      #expect(value.isNaN ? x[0, j].isNaN : x[0, j] == max(-0.75, min(value, 0.75)))
    }
    #expect(x.guardsAreIntact)
  }

  @Test(arguments: KernelISA.available, KernelISA.sizes + [500])
  func findsTheFirstThatIsNotFinite(isa: KernelISA, count: Int) {
    var rng = SplitMix64(seed: UInt64(count))
    let x = GuardedMatrix.random(rows: 1, columns: count, using: &rng)
    x[0, count - 1] = .greatestFiniteMagnitude
    #expect(unsafe ek_first_nonfinite_f32(isa.c, Int64(count), x.pointer) == -1)
    for place in Set([count - 1, count / 2, 0]).sorted(by: >) {
      x[0, place] = place % 2 == 0 ? .nan : -.infinity
      #expect(unsafe ek_first_nonfinite_f32(isa.c, Int64(count), x.pointer) == place)
    }
    #expect(unsafe ek_first_nonfinite_f32(isa.c, 0, x.pointer) == -1)
  }
}
