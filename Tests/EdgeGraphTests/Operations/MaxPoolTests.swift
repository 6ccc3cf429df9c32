import EdgeGraph
import TestSupport
import Testing

@Suite struct MaxPoolTests {
  /// Small whole numbers, of which many are equal, as PyTorch pools them.
  @Test func knownValues() {
    let x = Reference(
      shape: [1, 4, 5, 1],
      values: [1, 3, 0, 0, 3, 1, 3, 1, 3, 0, 0, 1, 0, 3, 1, 0, 2, 1, 2, 0])
    let y = MaxPool(kernelSize: 3, stride: 2, padding: 1).reference([x])
    #expect(y == Reference(shape: [1, 2, 3, 1], values: [3, 3, 3, 3, 3, 3]))
    let small = MaxPool(kernelSize: 2, stride: 2).reference([x])
    #expect(small == Reference(shape: [1, 2, 2, 1], values: [3, 3, 2, 3]))
  }

  @Test func channelsAndImagesStayApart() {
    let x = Reference(shape: [2, 1, 2, 2], values: [1, -5, 2, -6, 9, -1, 8, -2])
    let y = MaxPool(kernelSize: 1, stride: 1).reference([x])
    #expect(y == x)
    let wide = MaxPool(kernelSize: 2, stride: 2, padding: 1).reference([x])
    #expect(wide == Reference(shape: [2, 1, 2, 2], values: [1, -5, 2, -6, 9, -1, 8, -2]))
  }

  @Test func whatIsOutsideIsNeverTheLargest() {
    let x = Reference(shape: [1, 1, 1, 1], values: [-.infinity])
    #expect(MaxPool(kernelSize: 3, stride: 1, padding: 1).reference([x]) == x)
  }

  @Test func shapes() throws {
    let pool = MaxPool(kernelSize: 3, stride: 2, padding: 1)
    #expect(try pool.outputShape([[2, 112, 111, 64]]) == [2, 56, 56, 64])
    #expect(try pool.outputShape([[1, 1, 2, 3]]) == [1, 1, 1, 3])
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [3, 4, 5])) {
      try pool.outputShape([[3, 4, 5]])
    }
    #expect(throws: ShapeError.extent(axis: 2, expected: "at least 3", found: [1, 3, 2, 4])) {
      try MaxPool(kernelSize: 3, stride: 2).outputShape([[1, 3, 2, 4]])
    }
    let x = Tensor.input("x", shape: [2, 9, 9, 4])
    #expect(x.maxPool(kernelSize: 3, stride: 2, padding: 1).shape == [2, 5, 5, 4])
  }

  @Test func costsOneOperationPerPixelOfAWindow() {
    let pool = MaxPool(kernelSize: 3, stride: 2, padding: 1)
    #expect(pool.cost([[1, 4, 4, 5]]) == Cost(operations: 20 * 9, bytes: 4 * (80 + 20)))
  }

  @Test func aWindowOfPaddingAloneIsATrap() async {
    await #expect(processExitsWith: .failure) {
      _ = MaxPool(kernelSize: 3, stride: 2, padding: 2)
    }
  }
}
