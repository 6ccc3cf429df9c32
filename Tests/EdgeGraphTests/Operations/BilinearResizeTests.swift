import EdgeGraph
import TestSupport
import Testing

@Suite struct BilinearResizeTests {
  /// Twice as wide: places −¼, ¼, ¾ and 1¼ of the two pixels' centers.
  @Test func computesByHand() {
    let y = BilinearResize(height: 1, width: 4).reference([
      Reference(shape: [1, 1, 2, 1], values: [4, 8])
    ])
    #expect(y == Reference(shape: [1, 1, 4, 1], values: [4, 5, 7, 8]))
  }

  /// Half as large: the mean of each square.
  @Test func halvesByMeans() {
    let y = BilinearResize(height: 1, width: 2).reference([
      Reference(shape: [1, 2, 4, 1], values: [0, 4, 8, 8, 8, 4, 8, 0])
    ])
    #expect(y == Reference(shape: [1, 1, 2, 1], values: [4, 6]))
  }

  @Test func theSameSizeIsTheSame() {
    var rng = SplitMix64(seed: 3)
    let x = Reference.random([2, 3, 4, 5], using: &rng)
    #expect(BilinearResize(height: 3, width: 4).reference([x]) == x)
  }

  /// Weights of a pixel add up to 1, for every pair of sizes.
  @Test(arguments: [1, 2, 3, 7, 10], [1, 2, 5, 8, 13])
  func whatIsEvenStaysSo(from: Int, to: Int) {
    let x = Reference(shape: [1, from, 2, 1], values: [Double](repeating: 3, count: 2 * from))
    let y = BilinearResize(height: to, width: 3).reference([x])
    #expect(largestDifference(y.values, [Double](repeating: 3, count: 3 * to)) < 1e-14)
    let taps = LinearTap.taps(from: from, to: to)
    #expect(taps.allSatisfy { 0..<from ~= $0.first && 0..<from ~= $0.second })
    #expect(taps.allSatisfy { 0..<1 ~= $0.share })
  }

  @Test func shapes() throws {
    let resize = BilinearResize(height: 8, width: 6)
    #expect(try resize.outputShape([[2, 7, 5, 3]]) == [2, 8, 6, 3])
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [2, 7, 5])) {
      try resize.outputShape([[2, 7, 5]])
    }
    #expect(throws: ShapeError.extent(axis: 2, expected: "at least 1", found: [2, 7, 0, 3])) {
      try resize.outputShape([[2, 7, 0, 3]])
    }
    #expect(resize.cost([[2, 7, 5, 3]]).operations == 9 * 2 * 8 * 6 * 3)
  }

  /// Two pixels of which the places −¼, ¼, ¾ and 1¼ are made.
  @Test func theGradientAddsUpWhatAPixelEnters() throws {
    let gradient = BilinearResizeGradient(height: 1, width: 2)
    let dx = gradient.reference([Reference(shape: [1, 1, 4, 1], values: [1, 4, 8, 16])])
    #expect(dx == Reference(shape: [1, 1, 2, 1], values: [6, 23]))
    #expect(try gradient.outputShape([[3, 5, 6, 7]]) == [3, 1, 2, 7])
    #expect(gradient.cost([[1, 1, 4, 1]]) == Cost(operations: 32, bytes: 4 * 6))
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [2])) {
      try gradient.outputShape([[2]])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 1", found: [1, 0, 2, 3])) {
      try gradient.outputShape([[1, 0, 2, 3]])
    }
  }

  @Test func noPixelsAreABug() async {
    await #expect(processExitsWith: .failure) { _ = BilinearResize(height: 0, width: 1) }
  }
}
