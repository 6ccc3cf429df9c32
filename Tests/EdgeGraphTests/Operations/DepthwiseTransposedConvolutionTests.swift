import EdgeGraph
import TestSupport
import Testing

@Suite struct DepthwiseTransposedConvolutionTests {
  /// Two pixels of one channel, each of which becomes a square.
  @Test func everyPixelBecomesASquare() {
    let y = DepthwiseTransposedConvolution(stride: 2).reference([
      Reference(shape: [1, 1, 2, 1], values: [1, 10]),
      Reference(shape: [1, 1, 2, 2], values: [1, 2, 3, 4]), Reference(shape: [1], values: [0.5]),
    ])
    #expect(
      y == Reference(shape: [1, 2, 4, 1], values: [1.5, 2.5, 10.5, 20.5, 3.5, 4.5, 30.5, 40.5]))
  }

  /// It is the derivative of the convolution that it turns around.
  @Test(arguments: [1, 2, 3])
  func isAConvolutionsGradient(stride: Int) {
    var rng = SplitMix64(seed: 5)
    let x = Reference.random([2, 3, 4, 5], using: &rng)
    let weight = Reference.random([5, 1, stride, stride], using: &rng)
    let none = Reference(shape: [5], values: [0, 0, 0, 0, 0])
    let y = DepthwiseTransposedConvolution(stride: stride).reference([x, weight, none])
    let gradient = ConvolutionInputGradient(
      stride: stride, padding: 0, groups: 5, height: 3 * stride, width: 4 * stride)
    #expect(y == gradient.reference([x, weight]))
  }

  @Test func shapes() throws {
    let operation = DepthwiseTransposedConvolution(stride: 4)
    #expect(try operation.outputShape([[2, 3, 5, 7], [7, 1, 4, 4], [7]]) == [2, 12, 20, 7])
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [3, 7])) {
      try operation.outputShape([[3, 7], [7, 1, 4, 4], [7]])
    }
    #expect(
      throws: ShapeError.mismatch(
        expected: "a weight of [7, 1, 4, 4]", found: [[2, 3, 5, 7], [7, 7, 4, 4]])
    ) { try operation.outputShape([[2, 3, 5, 7], [7, 7, 4, 4], [7]]) }
    #expect(throws: ShapeError.mismatch(expected: "a bias of [7]", found: [[6]])) {
      try operation.outputShape([[2, 3, 5, 7], [7, 1, 4, 4], [6]])
    }
  }

  /// EdgeViT-XXS at 224 x 224: the number is that of its reference outputs.
  @Test func costsOneProductForEveryResult() {
    func products(_ side: Int, _ channels: Int, stride: Int) -> Int {
      DepthwiseTransposedConvolution(stride: stride).cost([
        [1, side, side, channels], [channels, 1, stride, stride], [channels],
      ]).multiplyAdds
    }
    let stages = [
      products(14, 36, stride: 4), products(14, 72, stride: 2), products(7, 144, stride: 2),
    ]
    #expect(stages[0] + stages[1] + 3 * stages[2] == 254_016)
  }

  @Test func noStrideIsABug() async {
    await #expect(processExitsWith: .failure) { _ = DepthwiseTransposedConvolution(stride: 0) }
  }
}
