import EdgeGraph
import TestSupport
import Testing

@Suite struct GELUTests {
  /// x · Φ(x), computed with Python's `math.erfc`.
  @Test(arguments: [
    (0, 0), (0.5, 0.34573123063700656), (1, 0.8413447460685429), (-1, -0.15865525393145707),
    (3, 2.99595030590511), (-3, -0.004049694094890287), (8, 7.999999999999995),
    (-10, -7.619853024160593e-23), (-37, -2.1184613523343014e-298), (1e30, 1e30), (-1e30, 0),
  ])
  func knownValues(x: Double, expected: Double) {
    let y = GELU().reference([Reference(shape: [], values: [x])])
    // The relative error of erfc(z) is 2 z² that of z, and z² is 685 for -37.
    #expect(abs(y.values[0] - expected) <= 1e-12 * abs(expected))
  }

  /// gelu(x) − gelu(−x) = x: the two halves of the distribution.
  @Test func isAntisymmetricAroundTheHalfLine() {
    let x = (0...100).map { Double($0) / 10 }
    let right = GELU().reference([Reference(shape: [101], values: x)]).values
    let left = GELU().reference([Reference(shape: [101], values: x.map { -$0 })]).values
    #expect(largestDifference(zip(right, left).map { $0 - $1 }, x) < 1e-14)
  }

  @Test func keepsTheShape() throws {
    #expect(try GELU().outputShape([[2, 3]]) == [2, 3])
    #expect(GELU().cost([[2, 3]]) == Cost(operations: 30, bytes: 4 * 12))
  }
}
