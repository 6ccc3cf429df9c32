import CEdgeKernels
import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct ActivationGradientKernelTests {
  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func agree(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    for (activation, gap) in ek_activation.all.flatMap({ [($0, 0), ($0, 2)] }) {
      let x = GuardedMatrix.random(rows: 3, columns: columns, gap: gap, in: -6...6, using: &rng)
      let dy = GuardedMatrix.random(rows: 3, columns: columns, gap: gap, using: &rng)
      let (dx, stride) = (dy.copy(), Int64(x.stride))
      unsafe ek_activation_gradient_f32(
        isa.c, 3, Int64(columns), activation, dx.pointer, stride, x.pointer, stride, dx.pointer,
        stride)
      expectClose(dx, absolute: 5e-7) {
        Double(dy[$0, $1]) * (activation.function?.slope(at: Double(x[$0, $1])) ?? 1)
      }

      // The hidden tensor becomes the activation, the gradient that of what went into it.
      let (hidden, gradient) = (x.copy(), dy.copy())
      unsafe ek_activation_with_gradient_f32(
        isa.c, 3, Int64(columns), activation, gradient.pointer, stride, hidden.pointer, stride,
        hidden.pointer, stride, gradient.pointer, stride)
      expectSame(gradient, dx)
      expectClose(hidden, absolute: 3e-7, relative: 3e-7) {
        reference(activation, Double(x[$0, $1]))
      }
      #expect(x.guardsAreIntact && dy.guardsAreIntact)
    }
  }

  private func slopes(
    _ isa: KernelISA, _ function: ActivationFunction, _ x: [Float]
  ) -> [Float] {
    let input = GuardedMatrix(rows: 1, columns: x.count, values: x)
    let one = GuardedMatrix.ones(x.count)
    let count = Int64(x.count)
    unsafe ek_activation_gradient_f32(
      isa.c, 1, count, function.code, one.pointer, count, input.pointer, count, one.pointer, count)
    return one.values
  }

  /// The bound that the header states; the corners are among the points.
  @Test(arguments: KernelISA.available, ActivationFunction.allCases)
  func keepTheirErrorBound(isa: KernelISA, function: ActivationFunction) {
    let x = (-40_000...40_000).map { Float($0) / 2_000 }
    for (x, found) in zip(x, slopes(isa, function, x)) {
      let error = abs(Double(found) - function.slope(at: Double(x)))
      if error <= 3e-7 { continue }
      Issue.record("at \(x): \(found), off by \(error)")
      return
    }
  }

  @Test(arguments: KernelISA.available, ActivationFunction.allCases)
  func extremes(isa: KernelISA, function: ActivationFunction) {
    let most = Float.greatestFiniteMagnitude
    let found = slopes(isa, function, [.infinity, most, 90, -.infinity, -most, -90, .nan])
    let isUnbounded = [.gelu, .hardswish, .silu, .relu].contains(function)
    #expect(found[..<3].allSatisfy { $0 == (isUnbounded ? 1 : 0) })
    #expect(found[3..<6].allSatisfy { $0 == 0 } && found[6].isNaN)
  }

  @Test(arguments: KernelISA.available)
  func tinyNumbersHaveTheSlopeAtZero(isa: KernelISA) {
    for x in slopes(isa, .gelu, [0, -0.0, 1e-30]) { #expect(abs(x - 0.5) < 2e-7) }
  }
}
