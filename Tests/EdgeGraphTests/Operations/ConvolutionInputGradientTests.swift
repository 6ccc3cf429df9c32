import EdgeGraph
import Testing

@Suite struct ConvolutionInputGradientTests {
  /// Each output gives its taps to the pixels that it read.
  @Test func computesByHand() {
    let dy = Reference(shape: [1, 1, 2, 1], values: [1, 10])
    let weight = Reference(shape: [1, 1, 1, 2], values: [2, 3])
    let overlapping = ConvolutionInputGradient(
      stride: 1, padding: 0, groups: 1, height: 1, width: 3)
    #expect(
      overlapping.reference([dy, weight]) == Reference(shape: [1, 1, 3, 1], values: [2, 23, 30]))
    let apart = ConvolutionInputGradient(stride: 2, padding: 0, groups: 1, height: 2, width: 5)
    #expect(
      apart.reference([dy, weight])
        == Reference(shape: [1, 2, 5, 1], values: [2, 3, 20, 30, 0, 0, 0, 0, 0, 0]))
  }

  @Test func theGradientIsOfTheConvolutionsOutput() throws {
    let operation = ConvolutionInputGradient(
      stride: 2, padding: 1, groups: 2, height: 5, width: 6)
    #expect(try operation.outputShape([[2, 3, 4, 6], [6, 2, 3, 2]]) == [2, 5, 6, 4])
    let expected = ShapeError.mismatch(
      expected: "a gradient of [2, 3, 4, 6]", found: [[2, 3, 3, 6]])
    #expect(throws: expected) { try operation.outputShape([[2, 3, 3, 6], [6, 2, 3, 2]]) }
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [3, 6])) {
      try operation.outputShape([[3, 6], [6, 2, 3, 2]])
    }
    #expect(throws: ShapeError.rank(expected: "4 [out, in, kh, kw]", found: [6, 2])) {
      try operation.outputShape([[2, 3, 4, 6], [6, 2]])
    }
  }

  @Test func costsItsConvolution() {
    let operation = ConvolutionInputGradient(
      stride: 2, padding: 0, groups: 1, height: 5, width: 4)
    #expect(operation.cost([[1, 2, 2, 8], [8, 3, 2, 2]]).multiplyAdds == 32 * 12)
  }
}
