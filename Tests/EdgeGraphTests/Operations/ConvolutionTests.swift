import EdgeGraph
import TestSupport
import Testing

@Suite struct ConvolutionTests {
  /// A 2x2 sum and a 2x2 corner difference over a 3x3 image.
  @Test func computesByHand() {
    let x = Reference(shape: [1, 3, 3, 1], values: [1, 2, 3, 4, 5, 6, 7, 8, 9])
    let weight = Reference(shape: [2, 1, 2, 2], values: [1, 1, 1, 1, -1, 0, 0, 1])
    let bias = Reference(shape: [2], values: [0.5, 0])
    let y = Convolution(hasBias: true).reference([x, weight, bias])
    #expect(
      y == Reference(shape: [1, 2, 2, 2], values: [12.5, 4, 16.5, 4, 24.5, 4, 28.5, 4]))
  }

  /// Taps that lie two columns apart, and zeros behind the last column alone.
  @Test func dilationAndEndPaddingByHand() {
    let x = Reference(shape: [1, 1, 4, 1], values: [1, 2, 3, 4])
    let weight = Reference(shape: [1, 1, 1, 2], values: [1, 10])
    let apart = Convolution(dilation: 2, hasBias: false).reference([x, weight])
    #expect(apart == Reference(shape: [1, 1, 2, 1], values: [31, 42]))
    let square = Reference(shape: [1, 1, 2, 2], values: [1, 10, 100, 1000])
    let ended = Convolution(endPadding: 1, hasBias: false).reference([x, square])
    #expect(ended == Reference(shape: [1, 1, 4, 1], values: [21, 32, 43, 4]))
  }

  struct Case: Sendable {
    let x, weight: Shape
    var stride = 1
    var padding = 0
    var endPadding: Int?
    var groups = 1
    var dilation = 1
    var hasBias = true

    var operation: Convolution {
      Convolution(
        stride: stride, padding: padding, endPadding: endPadding, groups: groups,
        dilation: dilation, hasBias: hasBias)
    }
  }

  /// Steps that fill the image and steps that don't, padding, groups, oblong kernels, taps apart.
  static let cases = [
    Case(x: [2, 5, 4, 3], weight: [4, 3, 1, 1]),
    Case(x: [1, 7, 6, 2], weight: [3, 2, 3, 3], padding: 1, hasBias: false),
    Case(x: [1, 9, 8, 3], weight: [5, 3, 4, 4], stride: 4),
    Case(x: [2, 6, 5, 4], weight: [4, 1, 5, 5], padding: 2, groups: 4),
    Case(x: [1, 6, 7, 4], weight: [6, 2, 3, 2], stride: 2, padding: 1, groups: 2),
    Case(x: [1, 1, 1, 2], weight: [2, 1, 9, 9], padding: 4, groups: 2),
    Case(x: [2, 5, 4, 3], weight: [2, 3, 2, 2], endPadding: 1),
    Case(x: [1, 6, 7, 2], weight: [3, 2, 3, 3], padding: 2, dilation: 2, hasBias: false),
    Case(x: [1, 5, 8, 2], weight: [3, 2, 3, 2], padding: 6, endPadding: 3, dilation: 6),
    Case(x: [1, 9, 8, 4], weight: [4, 1, 3, 3], stride: 2, padding: 3, groups: 4, dilation: 3),
  ]

  @Test(arguments: cases)
  func agreesWithScattering(c: Case) throws {
    var rng = SplitMix64(seed: UInt64(c.x.count))
    let x = Reference.random(c.x, using: &rng)
    let weight = Reference.random(c.weight, using: &rng)
    let bias = Reference.random([c.weight[0]], using: &rng)
    let operation = c.operation
    let inputs = c.hasBias ? [x, weight, bias] : [x, weight]
    let y = operation.reference(inputs)
    let shape = try operation.outputShape(inputs.map(\.shape))
    #expect(y.shape == shape)
    let expected = scattered(x, weight, c.hasBias ? bias.values : nil, c, shape)
    #expect(largestDifference(y.values, expected) < 1e-13)  // another order of summing
  }

  /// Adds every pixel to all outputs that it reaches: the transposed loops of the definition.
  private func scattered(
    _ x: Reference, _ weight: Reference, _ bias: [Double]?, _ c: Case, _ shape: Shape
  ) -> [Double] {
    var y = [Double](repeating: 0, count: shape.count)
    for index in y.indices { y[index] = bias?[index % shape[3]] ?? 0 }
    let (height, width, channels) = (c.x[1], c.x[2], c.x[3])
    for (position, value) in x.values.enumerated() {
      let channel = position % channels
      let column = position / channels % width
      let row = position / channels / width % height
      let n = position / channels / width / height
      for (tap, factor) in weight.values.enumerated() {
        let kx = tap % c.weight[3]
        let ky = tap / c.weight[3] % c.weight[2]
        let inner = tap / c.weight[3] / c.weight[2] % c.weight[1]
        let output = tap / c.weight[3] / c.weight[2] / c.weight[1]
        let group = output / (c.weight[0] / c.groups)
        guard group * c.weight[1] + inner == channel else { continue }
        let top = row + c.padding - ky * c.dilation
        let left = column + c.padding - kx * c.dilation
        guard top >= 0, left >= 0, top % c.stride == 0, left % c.stride == 0 else { continue }
        let (oy, ox) = (top / c.stride, left / c.stride)
        guard oy < shape[1], ox < shape[2] else { continue }
        y[((n * shape[1] + oy) * shape[2] + ox) * shape[3] + output] += value * factor
      }
    }
    return y
  }

  @Test(arguments: cases)
  func derivativesAgreeWithFiniteDifferences(c: Case) throws {
    var rng = SplitMix64(seed: UInt64(c.x.count))
    let shapes = [c.x, c.weight] + (c.hasBias ? [[c.weight[0]]] : [])
    let check = try DerivativeCheck(
      c.operation, inputs: shapes.map { Reference.random($0, using: &rng) })
    for (derived, measured) in zip(check.derived, check.measured) {
      let derived = try #require(derived)
      // It is linear in each of them: what is left is rounding, divided by the step.
      #expect(largestDifference(derived.values, measured.values) < 1e-8)
    }
  }

  @Test func aMapOfPixelsHasTheDerivativesOfOne() throws {
    func names(kernel: Int, stride: Int) throws -> Set<String> {
      let x = Tensor.input("x", shape: [1, 4, 4, 3])
      let weight = Tensor.input("weight", shape: [2, 3, kernel, kernel])
      let y = Tensor(Convolution(stride: stride, hasBias: false), [x, weight]).sum(to: [1])
      let results = try gradients(of: y, withRespectTo: [x, weight])
      let graph = try Graph(outputs: results.enumerated().map { .init("\($0)", $1) })
      return Set(graph.operationNames)
    }
    let linear: Set = ["linear_input_gradient", "linear_weight_gradient"]
    #expect(try names(kernel: 1, stride: 1).isSuperset(of: linear))
    #expect(try names(kernel: 2, stride: 2).isDisjoint(with: linear))
    #expect(try names(kernel: 1, stride: 2).isDisjoint(with: linear))
  }

  @Test func stepsThatDoNotFillAreDropped() throws {
    let patches = Convolution(stride: 4, hasBias: false)
    #expect(try patches.outputShape([[1, 33, 47, 3], [8, 3, 4, 4]]) == [1, 8, 11, 8])
    #expect(try patches.outputShape([[1, 4, 7, 3], [8, 3, 4, 4]]) == [1, 1, 1, 8])
  }

  @Test func theInputIsABatchOfImages() {
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, c]", found: [5, 5, 3])) {
      try Convolution(hasBias: false).outputShape([[5, 5, 3], [8, 3, 1, 1]])
    }
  }

  @Test(arguments: [[8, 3], [8, 4, 1, 1], [3, 2, 1, 1]] as [Shape])
  func theWeightFitsTheChannels(weight: Shape) {
    let x: Shape = [1, 5, 5, 4]
    #expect(
      throws: ShapeError.mismatch(
        expected: "a weight of [out, 4 / 2, kh, kw]", found: [x, weight])
    ) { try Convolution(groups: 2, hasBias: false).outputShape([x, weight]) }
  }

  @Test func theBiasIsAsWideAsTheOutput() {
    #expect(throws: ShapeError.mismatch(expected: "a bias of [8]", found: [[3]])) {
      try Convolution(hasBias: true).outputShape([[1, 5, 5, 3], [8, 3, 1, 1], [3]])
    }
  }

  @Test func theKernelFitsTheImage() {
    let weight: Shape = [8, 3, 4, 4]
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 4", found: [1, 3, 9, 3])) {
      try Convolution(hasBias: false).outputShape([[1, 3, 9, 3], weight])
    }
    #expect(throws: ShapeError.extent(axis: 2, expected: "at least 2", found: [1, 2, 1, 3])) {
      try Convolution(padding: 1, hasBias: false).outputShape([[1, 2, 1, 3], weight])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "at least 6", found: [1, 5, 9, 3])) {
      try Convolution(endPadding: 1, dilation: 2, hasBias: false)
        .outputShape([[1, 5, 9, 3], weight])
    }
  }

  @Test func costs() {
    let depthwise = Convolution(padding: 1, groups: 4, hasBias: true)
    #expect(
      depthwise.cost([[2, 5, 5, 4], [4, 1, 3, 3], [4]])
        == Cost(multiplyAdds: 200 * 9, operations: 200, bytes: 4 * (200 + 36 + 200)))
    let dense = Convolution(stride: 2, hasBias: false)
    #expect(
      dense.cost([[1, 5, 4, 3], [8, 3, 2, 2]])
        == Cost(multiplyAdds: 32 * 12, operations: 0, bytes: 4 * (60 + 96 + 32)))
  }

  @Test func knowsDepthwiseWeights() {
    #expect(Convolution(groups: 4, hasBias: false).isDepthwise(weight: [4, 1, 3, 3]))
    #expect(!Convolution(groups: 4, hasBias: false).isDepthwise(weight: [8, 1, 3, 3]))
    #expect(!Convolution(groups: 2, hasBias: false).isDepthwise(weight: [4, 2, 3, 3]))
  }

  @Test func attributesOutOfRangeAreBugs() async {
    await #expect(processExitsWith: .failure) { _ = Convolution(stride: 0, hasBias: false) }
    await #expect(processExitsWith: .failure) { _ = Convolution(padding: -1, hasBias: false) }
    await #expect(processExitsWith: .failure) { _ = Convolution(endPadding: -1, hasBias: false) }
    await #expect(processExitsWith: .failure) { _ = Convolution(dilation: 0, hasBias: false) }
  }
}
