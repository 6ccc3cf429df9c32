import EdgeGraph
import Testing

@Suite struct ActivationFunctionTests {
  /// x · Φ(x), computed with Python's `math.erfc`.
  @Test(arguments: [
    (0, 0), (0.5, 0.34573123063700656), (1, 0.8413447460685429), (-1, -0.15865525393145707),
    (3, 2.99595030590511), (-3, -0.004049694094890287), (8, 7.999999999999995),
    (-10, -7.619853024160593e-23), (-37, -2.1184613523343014e-298), (1e30, 1e30), (-1e30, 0),
  ])
  func valuesOfGELU(x: Double, expected: Double) {
    // The relative error of erfc(z) is 2 z² that of z, and z² is 685 for -37.
    #expect(abs(ActivationFunction.gelu.value(at: x) - expected) <= 1e-12 * abs(expected))
  }

  /// Φ(x) + x φ(x), computed with Python's `math.erfc` and `math.exp`.
  @Test(arguments: [
    (0, 0.5), (0.5, 0.8674951246561629), (1, 1.0833154705876864), (-1, -0.08331547058768629),
    (3, 1.011945647204184), (-3, -0.011945647204183927), (8, 1.0000000000000397),
    (-10, -7.618400096464813e-22),
  ])
  func slopesOfGELU(x: Double, expected: Double) {
    #expect(abs(ActivationFunction.gelu.slope(at: x) - expected) <= 1e-12 * abs(expected))
  }

  /// A function, a number, and the value and slope there that PyTorch computes in float64.
  static let known: [(ActivationFunction, Double, Double, Double)] = [
    (.silu, -30, -2.8072868906517896e-12, -2.713710660963134e-12),
    (.silu, -3, -0.14227761953270035, -0.08810410601516962),
    (.silu, -0.5, -0.1887703343990727, 0.2600388126973482), (.silu, 0, 0, 0.5),
    (.silu, 1, 0.7310585786300049, 0.9276705118714869),
    (.silu, 20, 19.999999958776925, 1.0000000391619202),
    (.sigmoid, -3, 0.04742587317756678, 0.04517665973091214), (.sigmoid, 0, 0.5, 0.25),
    (.sigmoid, 1, 0.7310585786300049, 0.19661193324148185),
    (.hardswish, -4, 0, 0), (.hardswish, -3, 0, 0), (.hardswish, -1.5, -0.375, 0),
    (.hardswish, 0, 0, 0.5), (.hardswish, 1.5, 1.125, 1), (.hardswish, 2.25, 1.96875, 1.25),
    (.hardswish, 3, 3, 1), (.hardswish, 7, 7, 1), (.relu, -1.5, 0, 0), (.relu, 0, 0, 0),
    (.relu, 7, 7, 1), (.relu6, -1.5, 0, 0), (.relu6, 0, 0, 0), (.relu6, 1.5, 1.5, 1),
    (.relu6, 6, 6, 0), (.relu6, 7, 6, 0), (.hardsigmoid, -3, 0, 0),
    (.hardsigmoid, -1.5, 0.25, 0.16666666666666666),
    (.hardsigmoid, 0, 0.5, 0.16666666666666666), (.hardsigmoid, 3, 1, 0),
    (.hardsigmoid, 7, 1, 0),
  ]

  @Test(arguments: known)
  func knownValuesAndSlopes(
    function: ActivationFunction, x: Double, value: Double, slope: Double
  ) {
    #expect(abs(function.value(at: x) - value) <= 1e-14 * abs(value))
    #expect(abs(function.slope(at: x) - slope) <= 1e-14 * max(1e-2, abs(slope)))
  }

  /// What is told by the output for x is told by the output for that output too.
  @Test(arguments: [ActivationFunction.relu, .relu6])
  func slopesOfTheValue(function: ActivationFunction) {
    for x in (-80...80).map({ Double($0) / 10 }) {
      #expect(function.slope(at: function.value(at: x)) == function.slope(at: x))
    }
  }

  /// f(x) − f(−x) = x: the two halves of a distribution.
  @Test(arguments: [ActivationFunction.gelu, .silu])
  func halvesAddUp(function: ActivationFunction) {
    for x in (0...100).map({ Double($0) / 10 }) {
      #expect(abs(function.value(at: x) - function.value(at: -x) - x) < 1e-14)
    }
  }

  @Test(arguments: [-1e300, -800, 800, 1e300])
  func farOutNothingOverflows(x: Double) {
    for function in ActivationFunction.allCases {
      #expect(function.value(at: x).isFinite && (0...1).contains(function.slope(at: x)))
    }
  }
}
