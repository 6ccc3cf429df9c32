import EdgeGraph
import TestSupport
import Testing

@Suite struct LinearResamplingTests {
  private func resampled(_ numbers: [Double], to count: Int) -> [Double] {
    let matrix = LinearResampling(from: numbers.count, to: count).reference([]).values
    return (0..<count).map { i in
      numbers.indices.reduce(0) { $0 + matrix[i * numbers.count + $1] * numbers[$1] }
    }
  }

  @Test func endsLieOnEnds() {
    #expect(resampled([1, 3, 2], to: 5) == [1, 2, 3, 2.5, 2])
    #expect(resampled([1, 3, 2, 5, 9], to: 3) == [1, 2, 9])
    #expect(resampled([4, 8], to: 1) == [4])
    #expect(resampled([4], to: 3) == [4, 4, 4])
  }

  /// What PyTorch 2.12 gives: `interpolate(k, (n, 1), mode="bilinear", align_corners=True)` of
  /// float64.
  @Test func agreesWithPyTorch() {
    let kernel: [Double] = [0.5, -1.25, 2, 3.5, -0.75]
    let expected: [[Double]] = [
      [0.5, 2, -0.75], [0.5, -2.0 / 3, -1.0 / 6, 2, 3, 2.083333333333335, -0.75],
      [
        0.5, -0.49999999999999994, -0.785714285714286, 1.0714285714285712, 2.4285714285714284,
        3.285714285714285, 1.6785714285714297, -0.75,
      ],
    ]
    for values in expected {
      #expect(largestDifference(resampled(kernel, to: values.count), values) < 1e-14)
    }
  }

  /// The formula in the order in which the official code's framework has it.
  @Test(arguments: [3, 8, 32], [1, 2, 7, 10, 28, 40])
  func agreesWithTheFormula(length: Int, count: Int) {
    var rng = SplitMix64(seed: 3)
    let numbers = rng.floats(length).map(Double.init)
    for (i, value) in resampled(numbers, to: count).enumerated() {
      let p = count == 1 ? 0 : Double(i) * Double(length - 1) / Double(count - 1)
      let low = min(Int(p), length - 1)
      let high = min(low + 1, length - 1)
      let share = p - Double(low)
      #expect(abs(value - ((1 - share) * numbers[low] + share * numbers[high])) < 1e-13)
    }
  }

  @Test func theSameLengthIsTheIdentity() {
    for length in 1...9 {
      let matrix = LinearResampling(from: length, to: length).reference([]).values
      for index in matrix.indices {
        #expect(matrix[index] == (index / length == index % length ? 1 : 0))
      }
    }
  }

  @Test func kernelsKeepTheirLayout() throws {
    let layouts: [(Shape, Int)] = [([2, 1, 3, 1], 2), ([2, 1, 1, 3], 3), ([1, 2, 3, 1], 2)]
    for (shape, axis) in layouts {
      let data = TensorData([1, 3, 2, 0, 4, 8], shape: shape)
      let kernel = Tensor.parameter(ParameterValue(name: "k", shape: shape, data: data))
      let y = kernel.resampled(axis: axis, to: 5)
      let graph = try Graph(outputs: [.init("y", y)])
      let value = graph.evaluated([:])[0]
      #expect(value.shape == shape.replacing(axis: axis, with: 5))
      #expect(value.values == [1, 2, 3, 2.5, 2, 0, 2, 4, 6, 8])
      let same = try Graph(outputs: [.init("y", kernel.resampled(axis: axis, to: 3))])
      #expect(same.evaluated([:])[0].values == [1, 3, 2, 0, 4, 8])
    }
  }

  /// Codes of two channels along an axis become an image, channels last.
  @Test func positionsBecomeImages() throws {
    let data: [Float] = [1, 2, 3, 10, 20, 30]
    for (shape, isAlongHeight) in [([1, 2, 3, 1], true), ([1, 2, 1, 3], false)] as [(Shape, Bool)] {
      let codes = Tensor.parameter(
        ParameterValue(name: "pe", shape: shape, data: TensorData(data, shape: shape)))
      let image = codes.positionImage(height: 3, width: isAlongHeight ? 2 : 3)
      let value = try Graph(outputs: [.init("y", image)]).evaluated([:])[0]
      #expect(value.shape == [1, 3, isAlongHeight ? 2 : 3, 2])
      #expect(
        value.values
          == (isAlongHeight
            ? [1, 10, 1, 10, 2, 20, 2, 20, 3, 30, 3, 30]
            : [1, 10, 2, 20, 3, 30, 1, 10, 2, 20, 3, 30, 1, 10, 2, 20, 3, 30]))
    }
  }

  @Test func gradientsReachTheKernel() throws {
    let kernel = Tensor.input("k", shape: [2, 1, 3, 1])
    let codes = Tensor.input("pe", shape: [1, 2, 3, 1])
    let probe = Tensor.input("probe", shape: [2, 1, 5, 1])
    let scalar =
      (kernel.resampled(axis: 2, to: 5) * probe).sum(to: [1])
      + codes.positionImage(height: 5, width: 2).sum(to: [1])
    let results = try gradients(of: scalar, withRespectTo: [kernel, codes])
    let graph = try Graph(outputs: [.init("k", results[0]), .init("pe", results[1])])
    var given: [String: Reference] = [:]
    given["probe"] = Reference(shape: [2, 1, 5, 1], values: [1, 2, 4, 8, 16, 0, 0, 0, 0, 2])
    given["k"] = Reference(shape: [2, 1, 3, 1], values: [0, 0, 0, 0, 0, 0])
    given["pe"] = Reference(shape: [1, 2, 3, 1], values: [0, 0, 0, 0, 0, 0])
    let values = graph.evaluated(given)
    #expect(values[0].values == [2, 9, 20, 0, 0, 2])
    #expect(values[1].values == [3, 4, 3, 3, 4, 3])
  }

  @Test func attributesOutOfRangeAreBugs() async {
    await #expect(processExitsWith: .failure) { _ = LinearResampling(from: 0, to: 3) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor.input("k", shape: [2, 1, 3, 2]).resampled(axis: 2, to: 5)
    }
  }
}
