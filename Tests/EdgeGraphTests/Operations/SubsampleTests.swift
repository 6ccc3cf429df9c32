import EdgeGraph
import TestSupport
import Testing

@Suite struct SubsampleTests {
  /// Pixels 0 to 14 of a 3 x 5 image, two channels each.
  @Test(
    arguments: [
      (1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]), (2, [0, 2, 4, 10, 12, 14]),
      (3, [0, 3]), (4, [0, 4]), (5, [0]),
    ] as [(Int, [Int])])
  func takesTheFirstPixelOfEveryCell(stride: Int, pixels: [Int]) {
    let values = (0..<60).map(Double.init)
    let y = Subsample(stride: stride).reference([Reference(shape: [2, 3, 5, 2], values: values)])
    let expected: [Double] = [0, 30].flatMap { start in
      pixels.flatMap { pixel -> [Double] in
        let first = Double(start + 2 * pixel)
        return [first, first + 1]
      }
    }
    #expect(y.values == expected)
  }

  @Test func shapes() throws {
    #expect(try Subsample(stride: 4).outputShape([[2, 56, 53, 7]]) == [2, 14, 14, 7])
    #expect(try Subsample(stride: 9).outputShape([[2, 3, 0, 7]]) == [2, 1, 0, 7])
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [2, 3, 4])) {
      try Subsample(stride: 2).outputShape([[2, 3, 4]])
    }
    #expect(Subsample(stride: 2).cost([[2, 5, 4, 3]]) == Cost(bytes: 8 * 2 * 3 * 2 * 3))
  }

  /// Everything that is not sampled is zero.
  @Test func theGradientPutsPixelsBack() throws {
    let gradient = SubsampleGradient(stride: 2, height: 3, width: 4)
    let dx = gradient.reference([Reference(shape: [1, 2, 2, 1], values: [1, 2, 3, 4])])
    #expect(
      dx == Reference(shape: [1, 3, 4, 1], values: [1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0]))
    #expect(try gradient.outputShape([[5, 2, 2, 7]]) == [5, 3, 4, 7])
    #expect(gradient.cost([[1, 2, 2, 1]]) == Cost(bytes: 4 * 16))
  }

  @Test func gradientShapesFit() {
    let gradient = SubsampleGradient(stride: 2, height: 3, width: 4)
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [2])) {
      try gradient.outputShape([[2]])
    }
    let expected = "a gradient of [1, 2, 2, 7]"
    #expect(throws: ShapeError.mismatch(expected: expected, found: [[1, 2, 3, 7]])) {
      try gradient.outputShape([[1, 2, 3, 7]])
    }
  }

  @Test func noStrideIsABug() async {
    await #expect(processExitsWith: .failure) { _ = Subsample(stride: 0) }
  }
}
