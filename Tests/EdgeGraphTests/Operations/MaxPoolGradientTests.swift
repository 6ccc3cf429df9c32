import EdgeGraph
import Testing

@Suite struct MaxPoolGradientTests {
  private func gradient(_ x: Reference, _ pool: MaxPool, dy: [Double]) -> [Double] {
    let output = pool.reference([x]).shape
    return MaxPoolGradient(of: pool).reference([Reference(shape: output, values: dy), x]).values
  }

  /// Of equal values the first gets the gradient; computed with PyTorch.
  @Test func equalValues() {
    let x = Reference(
      shape: [1, 4, 5, 1],
      values: [1, 3, 0, 0, 3, 1, 3, 1, 3, 0, 0, 1, 0, 3, 1, 0, 2, 1, 2, 0])
    let pool = MaxPool(kernelSize: 3, stride: 2, padding: 1)
    #expect(
      gradient(x, pool, dy: [1, 2, 3, 4, 5, 6]) == [
        0, 3, 0, 0, 3, 0, 9, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      ])
  }

  /// The last NaN of a window gets the gradient, of infinities the first; computed with PyTorch.
  @Test func whatIsNotANumber() {
    let x = Reference(
      shape: [1, 3, 3, 1],
      values: [1, .nan, 3, .nan, 0, 2, -.infinity, -.infinity, -.infinity])
    let pool = MaxPool(kernelSize: 2, stride: 1)
    #expect(gradient(x, pool, dy: [1, 1, 1, 1]) == [0, 1, 0, 2, 0, 1, 0, 0, 0])
  }

  @Test func shapes() throws {
    let gradient = MaxPoolGradient(of: MaxPool(kernelSize: 2, stride: 2))
    #expect(try gradient.outputShape([[1, 2, 3, 4], [1, 5, 6, 4]]) == [1, 5, 6, 4])
    #expect(
      throws: ShapeError.mismatch(expected: "a gradient of [1, 2, 3, 4]", found: [[1, 3, 3, 4]])
    ) { try gradient.outputShape([[1, 3, 3, 4], [1, 5, 6, 4]]) }
  }
}
