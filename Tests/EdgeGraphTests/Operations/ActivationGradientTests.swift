import EdgeGraph
import TestSupport
import Testing

@Suite struct ActivationGradientTests {
  private func slope(_ operation: any Operation, _ x: Double) -> Double {
    operation.reference([Reference(shape: [], values: [2]), Reference(shape: [], values: [x])])
      .values[0] / 2
  }

  /// Φ(x) + x φ(x), computed with Python's `math.erfc` and `math.exp`.
  @Test(arguments: [
    (0, 0.5), (0.5, 0.8674951246561629), (1, 1.0833154705876864), (-1, -0.08331547058768629),
    (3, 1.011945647204184), (-3, -0.011945647204183927), (8, 1.0000000000000397),
    (-10, -7.618400096464813e-22),
  ])
  func knownValuesOfGELU(x: Double, expected: Double) {
    #expect(abs(slope(GELUGradient(), x) - expected) <= 1e-12 * abs(expected))
  }

  @Test(arguments: [
    (-4, 0), (-3, 0), (-1.5, 0), (0, 0.5), (1.5, 1), (2.25, 1.25), (3, 1), (4, 1),
  ])
  func knownValuesOfHardswish(x: Double, expected: Double) {
    #expect(abs(slope(HardswishGradient(), x) - expected) < 1e-15)
  }

  /// Both sides of zero and of the corners, which the sweep over the samples doesn't reach.
  @Test(arguments: [GELU(), Hardswish()] as [any DifferentiableOperation])
  func agreeWithFiniteDifferences(operation: any DifferentiableOperation) throws {
    let x = (-60...60).map { Double($0) / 10 + 0.03 }
    let check = try DerivativeCheck(operation, inputs: [Reference(shape: [121], values: x)])
    let derived = try #require(check.derived[0])
    #expect(largestDifference(derived.values, check.measured[0].values) < 1e-8)
  }

  @Test(arguments: [GELUGradient(), HardswishGradient()] as [any Operation])
  func shapesAndCosts(operation: any Operation) throws {
    #expect(try operation.outputShape([[2, 3], [2, 3]]) == [2, 3])
    #expect(operation.cost([[2, 3], [2, 3]]).bytes == 4 * 18)
    #expect(
      throws: ShapeError.mismatch(
        expected: "a gradient and an input of one shape", found: [[2, 3], [3]])
    ) { try operation.outputShape([[2, 3], [3]]) }
  }
}
