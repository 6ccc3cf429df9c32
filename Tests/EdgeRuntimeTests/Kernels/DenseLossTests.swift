import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// The losses of detection and segmentation on planned memory.
@Suite struct DenseLossTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let inputs: [Shape]
    /// The index of the labels, which are whole numbers from -1 to 3.
    let labels: Int
    let record: @Sendable ([Tensor]) -> Tensor
  }

  /// Channels 1 to 5 of 8.
  private static func slice(_ x: Tensor) -> Tensor { x.split(widths: [1, 5, 2])[1] }

  static let cases = [
    Case(
      testDescription: "cross-entropy of pixels", inputs: [[2, 9, 8, 21], [2, 9, 8]], labels: 1
    ) { Tensor(IndexedCrossEntropy(), $0) },
    Case(testDescription: "cross-entropy of a view", inputs: [[40, 8], [40]], labels: 1) {
      Tensor(IndexedCrossEntropy(), [slice($0[0]), $0[1]])
    },
    Case(
      testDescription: "gradient of cross-entropy",
      inputs: [[2, 9, 8], [2, 9, 8, 21], [2, 9, 8]],
      labels: 2
    ) { Tensor(IndexedCrossEntropyGradient(), $0) },
    Case(
      testDescription: "gradient of cross-entropy, into a concatenation",
      inputs: [[40], [40, 8], [40]], labels: 2
    ) {
      let gradient = Tensor(IndexedCrossEntropyGradient(), [$0[0], slice($0[1]), $0[2]])
      return .concatenate([gelu($0[1]), gradient])
    },
    Case(testDescription: "mined labels", inputs: [[3, 200, 21], [3, 200]], labels: 1) {
      Tensor(MinedLabels(ratio: 0.7), $0)
    },
    Case(testDescription: "mined labels of a view", inputs: [[3, 200, 8], [3, 200]], labels: 1) {
      Tensor(MinedLabels(ratio: 0.7), [slice($0[0]), $0[1]])
    },
    Case(
      testDescription: "smooth L1", inputs: [[2, 50, 4], [2, 50, 4], [2, 50]], labels: 2
    ) { Tensor(SmoothL1(), $0) },
    Case(
      testDescription: "gradient of smooth L1",
      inputs: [[2, 50], [2, 50, 4], [2, 50, 4], [2, 50]], labels: 3
    ) { Tensor(SmoothL1Gradient(), $0) },
    Case(
      testDescription: "gradient of smooth L1 in place",
      inputs: [[2, 50], [2, 50, 4], [2, 50, 4], [2, 50]], labels: 3
    ) { Tensor(SmoothL1Gradient(), [$0[0], gelu($0[1]), gelu($0[2]), $0[3]]) },
  ]

  @Test(arguments: ISA.available, cases)
  func agreesWithTheReference(isa: ISA, c: Case) throws {
    let names = c.inputs.indices.map { "input\($0)" }
    let y = c.record(zip(names, c.inputs).map { Tensor.input($0, shape: $1) })
    let graph = try Graph(outputs: [.init("y", y)])
    var rng = SplitMix64(seed: 41)
    var values = c.inputs.map { Reference.random($0, in: -3...3, using: &rng) }
    for index in values[c.labels].values.indices {
      values[c.labels].values[index] = Double(Int.random(in: -1...3, using: &rng))
    }
    let given = Dictionary(uniqueKeysWithValues: zip(names, values))
    let expected = graph.evaluated(given)[0]
    for threads in [1, 3] {
      let options = RuntimeOptions(isa: isa, threads: threads)
      let program = try Program(graph, options: options, constants: ConstantStore())
      let output = program.run { index, input in
        let numbers = given[program.inputs[index]]?.values ?? []
        for position in numbers.indices { input[position] = Float(numbers[position]) }
      }[0]
      #expect(output.shape == expected.shape)
      // Some roundings of numbers up to 20.
      #expect(largestDifference(output.doubles(), expected.values) < 5e-6, "\(threads) threads")
    }
  }
}
