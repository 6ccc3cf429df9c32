import EdgeGraph
import TestSupport
import Testing

@Suite struct CircularConvolutionTests {
  /// Columns of an image of 3 rows, of which taps read on from their own row.
  @Test func computesByHand() {
    let x = Reference(shape: [1, 3, 2, 1], values: [1, 2, 3, 4, 5, 6])
    let height = CircularConvolution(along: .height, hasBias: true)
    let tall = Reference(shape: [1, 1, 2, 1], values: [1, 10])
    #expect(
      height.reference([x, tall, Reference(shape: [1], values: [0.5])])
        == Reference(shape: [1, 3, 2, 1], values: [31.5, 42.5, 53.5, 64.5, 15.5, 26.5]))
    let width = CircularConvolution(along: .width, hasBias: false)
    let wide = Reference(shape: [1, 1, 1, 2], values: [1, 10])
    #expect(
      width.reference([x, wide])
        == Reference(shape: [1, 3, 2, 1], values: [21, 12, 43, 34, 65, 56]))
  }

  struct Case: Sendable {
    let axis: CircularConvolution.Axis
    let x, weight: Shape
    var groups = 1
    var hasBias = true
  }

  /// As many taps as pixels, fewer, one; dense and depthwise.
  static let cases = [
    Case(axis: .height, x: [2, 5, 3, 4], weight: [4, 1, 5, 1], groups: 4),
    Case(axis: .width, x: [2, 3, 6, 3], weight: [3, 1, 1, 6], groups: 3, hasBias: false),
    Case(axis: .width, x: [1, 2, 7, 3], weight: [3, 1, 1, 4], groups: 3),
    Case(axis: .height, x: [2, 4, 3, 2], weight: [3, 2, 4, 1]),
    Case(axis: .width, x: [1, 2, 5, 3], weight: [2, 3, 1, 2], hasBias: false),
    Case(axis: .height, x: [1, 4, 2, 2], weight: [2, 2, 1, 1]),
  ]

  /// The image with itself behind it, convolved without padding, as the official code has it.
  @Test(arguments: cases)
  func isAConvolutionOfTheRepeatedImage(c: Case) {
    var rng = SplitMix64(seed: UInt64(c.x.count))
    let x = Reference.random(c.x, using: &rng)
    let inputs =
      [Reference.random(c.weight, using: &rng)]
      + (c.hasBias ? [Reference.random([c.weight[0]], using: &rng)] : [])
    let y = CircularConvolution(along: c.axis, groups: c.groups, hasBias: c.hasBias)
      .reference([x] + inputs)
    let inner = c.x.dimensions.dropFirst(c.axis.rawValue + 1).reduce(1, *)
    let line = c.x[c.axis.rawValue] * inner
    let added = (c.weight[c.axis.rawValue + 1] - 1) * inner
    let values = stride(from: 0, to: x.values.count, by: line).flatMap { start in
      x.values[start..<start + line] + x.values[start..<start + added]
    }
    let shape = c.x.replacing(
      axis: c.axis.rawValue, with: (line + added) / inner)
    let expected = Convolution(groups: c.groups, hasBias: c.hasBias)
      .reference([Reference(shape: shape, values: values)] + inputs)
    #expect(y.shape == expected.shape)
    #expect(largestDifference(y.values, expected.values) < 1e-13)  // another order of summing
  }

  @Test(arguments: cases)
  func derivativesAgreeWithFiniteDifferences(c: Case) throws {
    var rng = SplitMix64(seed: UInt64(c.x.count))
    let shapes = [c.x, c.weight] + (c.hasBias ? [[c.weight[0]]] : [])
    let check = try DerivativeCheck(
      CircularConvolution(along: c.axis, groups: c.groups, hasBias: c.hasBias),
      inputs: shapes.map { Reference.random($0, using: &rng) })
    for (derived, measured) in zip(check.derived, check.measured) {
      let derived = try #require(derived)
      // It is linear in each of them: what is left is rounding, divided by the step.
      #expect(largestDifference(derived.values, measured.values) < 1e-8)
    }
  }

  @Test func theInputIsABatchOfImages() {
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [5, 5, 3])) {
      try CircularConvolution(along: .height, hasBias: false)
        .outputShape([[5, 5, 3], [8, 3, 5, 1]])
    }
  }

  /// Taps along the other axis, other channels, several channels a group.
  @Test(
    arguments: [[4, 1, 1, 5], [4, 1, 2, 2], [2, 2, 5, 1], [8, 1, 5, 1], [4, 1]] as [Shape])
  func theWeightFitsTheChannels(weight: Shape) {
    let x: Shape = [1, 5, 6, 4]
    let expected = "4 channels and a weight of [4, 1, taps, 1]"
    #expect(throws: ShapeError.mismatch(expected: expected, found: [x, weight])) {
      try CircularConvolution(along: .height, groups: 4, hasBias: false).outputShape([x, weight])
    }
  }

  @Test func aDenseWeightFitsTheChannels() {
    let (x, weight): (Shape, Shape) = ([1, 5, 6, 4], [8, 3, 1, 6])
    #expect(
      throws: ShapeError.mismatch(expected: "a weight of [out, 4, 1, taps]", found: [x, weight])
    ) { try CircularConvolution(along: .width, hasBias: false).outputShape([x, weight]) }
  }

  @Test func thereAreAtMostAsManyTapsAsPixels() {
    let x: Shape = [1, 5, 6, 4]
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 7 taps", found: x)) {
      try CircularConvolution(along: .height, hasBias: false).outputShape([x, [2, 4, 7, 1]])
    }
    #expect(throws: ShapeError.mismatch(expected: "a bias of [2]", found: [[3]])) {
      try CircularConvolution(along: .height, hasBias: true)
        .outputShape([x, [2, 4, 5, 1], [3]])
    }
  }

  @Test func costs() {
    let depthwise = CircularConvolution(along: .height, groups: 4, hasBias: true)
    #expect(
      depthwise.cost([[2, 5, 6, 4], [4, 1, 5, 1], [4]])
        == Cost(multiplyAdds: 240 * 5, operations: 240, bytes: 4 * (240 + 20 + 240)))
    let dense = CircularConvolution(along: .width, hasBias: false)
    #expect(dense.cost([[1, 2, 3, 4], [8, 4, 1, 3]]).multiplyAdds == 48 * 12)
  }

  @Test func gradientsAreOfTheConvolutionsOutput() throws {
    let toInput = CircularConvolutionInputGradient(along: .height, groups: 1)
    #expect(try toInput.outputShape([[2, 5, 6, 3], [3, 4, 5, 1]]) == [2, 5, 6, 4])
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [5, 3])) {
      try toInput.outputShape([[5, 3], [3, 4, 5, 1]])
    }
    #expect(throws: ShapeError.rank(expected: "4 [out, in, kh, kw]", found: [3])) {
      try toInput.outputShape([[2, 5, 6, 3], [3]])
    }
    let wide: Shape = [2, 5, 6, 8]
    #expect(throws: ShapeError.mismatch(expected: "a gradient of [2, 5, 6, 3]", found: [wide])) {
      try toInput.outputShape([wide, [3, 4, 5, 1]])
    }
    let toWeight = CircularConvolutionWeightGradient(along: .width, groups: 4, taps: 6)
    #expect(try toWeight.outputShape([[2, 5, 6, 4], [2, 5, 6, 4]]) == [4, 1, 1, 6])
    let other: [Shape] = [[2, 4, 6, 4], [2, 5, 6, 4]]
    #expect(throws: ShapeError.mismatch(expected: "a gradient of [2, 5, 6, 4]", found: other)) {
      try toWeight.outputShape(other)
    }
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [6, 4])) {
      try toWeight.outputShape([[2, 5, 6, 4], [6, 4]])
    }
  }

  @Test func attributesOutOfRangeAreBugs() async {
    await #expect(processExitsWith: .failure) {
      _ = CircularConvolution(along: .height, groups: 0, hasBias: false)
    }
    await #expect(processExitsWith: .failure) {
      _ = CircularConvolutionWeightGradient(along: .height, groups: 1, taps: 0)
    }
  }
}
