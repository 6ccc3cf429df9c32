import EdgeGraph
import Testing

@Suite struct ConvolutionWeightGradientTests {
  /// Each tap sums the pixels that it read, times the outputs.
  @Test func computesByHand() {
    let dy = Reference(shape: [1, 1, 2, 1], values: [1, 10])
    let x = Reference(shape: [1, 1, 3, 1], values: [2, 3, 4])
    let plain = ConvolutionWeightGradient(
      stride: 1, padding: 0, groups: 1, kernelHeight: 1, kernelWidth: 2)
    #expect(plain.reference([dy, x]) == Reference(shape: [1, 1, 1, 2], values: [32, 43]))
    let padded = ConvolutionWeightGradient(
      stride: 2, padding: 1, groups: 1, kernelHeight: 3, kernelWidth: 3)
    #expect(
      padded.reference([dy, x])
        == Reference(shape: [1, 1, 3, 3], values: [0, 0, 0, 30, 42, 3, 0, 0, 0]))
  }

  @Test func theGradientIsOfTheConvolutionsOutput() throws {
    let operation = ConvolutionWeightGradient(
      stride: 2, padding: 1, groups: 2, kernelHeight: 3, kernelWidth: 2)
    #expect(try operation.outputShape([[2, 3, 4, 6], [2, 5, 6, 4]]) == [6, 2, 3, 2])
    let wrong: [Shape] = [[2, 3, 3, 6], [2, 5, 6, 4]]
    #expect(throws: ShapeError.mismatch(expected: "a gradient of [2, 3, 4, 6]", found: wrong)) {
      try operation.outputShape(wrong)
    }
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [5, 6, 4])) {
      try operation.outputShape([[2, 3, 4, 6], [5, 6, 4]])
    }
  }

  @Test func costsItsConvolution() {
    let operation = ConvolutionWeightGradient(
      stride: 2, padding: 0, groups: 1, kernelHeight: 2, kernelWidth: 2)
    #expect(operation.cost([[1, 2, 2, 8], [1, 5, 4, 3]]).multiplyAdds == 32 * 12)
  }
}
