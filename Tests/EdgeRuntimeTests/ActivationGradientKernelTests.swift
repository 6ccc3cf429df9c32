import CEdgeKernels
import Foundation
import TestSupport
import Testing

/// The derivative of an activation in double precision.
private func slope(_ activation: ek_activation, _ x: Double) -> Double {
  switch activation {
  case EK_GELU: erfc(-x / 2.0.squareRoot()) / 2 + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
  case EK_HARDSWISH: x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5
  default: 1
  }
}

@Suite struct ActivationGradientKernelTests {
  private static let activations = [EK_IDENTITY, EK_GELU, EK_HARDSWISH]

  @Test(arguments: KernelISA.available, KernelISA.sizes)
  func agree(isa: KernelISA, columns: Int) {
    var rng = SplitMix64(seed: UInt64(columns))
    for (activation, gap) in Self.activations.flatMap({ [($0, 0), ($0, 2)] }) {
      let x = GuardedMatrix.random(rows: 3, columns: columns, gap: gap, in: -6...6, using: &rng)
      let dy = GuardedMatrix.random(rows: 3, columns: columns, gap: gap, using: &rng)
      let (dx, stride) = (dy.copy(), Int64(x.stride))
      unsafe ek_activation_gradient_f32(
        isa.c, 3, Int64(columns), activation, dx.pointer, stride, x.pointer, stride, dx.pointer,
        stride)
      expectClose(dx, absolute: 5e-7) { Double(dy[$0, $1]) * slope(activation, Double(x[$0, $1])) }

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

  private func slopes(_ isa: KernelISA, _ activation: ek_activation, _ x: [Float]) -> [Float] {
    let input = GuardedMatrix(rows: 1, columns: x.count, values: x)
    let one = GuardedMatrix.ones(x.count)
    let count = Int64(x.count)
    unsafe ek_activation_gradient_f32(
      isa.c, 1, count, activation, one.pointer, count, input.pointer, count, one.pointer, count)
    return one.values
  }

  /// The bound that the header states.
  @Test(arguments: KernelISA.available)
  func geluKeepsItsErrorBound(isa: KernelISA) {
    let x = (-40_000...40_000).map { Float($0) / 2_000 }
    for (x, found) in zip(x, slopes(isa, EK_GELU, x)) {
      let error = abs(Double(found) - slope(EK_GELU, Double(x)))
      if error <= 3e-7 { continue }
      Issue.record("at \(x): \(found), off by \(error)")
      return
    }
  }

  @Test(arguments: KernelISA.available)
  func extremes(isa: KernelISA) {
    let most = Float.greatestFiniteMagnitude
    let x = [.infinity, -.infinity, most, -most, 0, -0.0, 14, -14, .nan, 1e-30]
    let gelu = slopes(isa, EK_GELU, x)
    #expect(gelu[..<4].elementsEqual([1, 0, 1, 0]) && gelu[6] == 1 && gelu[7] == 0)
    #expect(abs(gelu[4] - 0.5) < 2e-7 && abs(gelu[5] - 0.5) < 2e-7 && gelu[8].isNaN)
    let hardswish = slopes(isa, EK_HARDSWISH, x)
    #expect(hardswish[..<8].elementsEqual([1, 0, 1, 0, 0.5, 0.5, 1, 0]) && hardswish[8].isNaN)
    #expect(slopes(isa, EK_HARDSWISH, [3, -3]) == [1, 0])
  }
}
