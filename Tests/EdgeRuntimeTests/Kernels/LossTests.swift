import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// The losses and their derivatives bound to planned memory.
@Suite struct LossTests {
  private func run(
    _ graph: Graph, _ inputs: [String: Reference], _ options: RuntimeOptions
  ) throws -> [[Double]] {
    let program = try Program(graph, options: options, constants: ConstantStore())
    let outputs = try program.run { index, input in
      let values = try #require(inputs[program.inputs[index]]).values
      for position in values.indices { input[position] = Float(values[position]) }
    }
    return outputs.map { $0.doubles() }
  }

  @Test(arguments: try LossGolden().cases)
  func agreesWithPyTorch(golden: LossGolden.Case) throws {
    for isa in ISA.available {
      let values = try run(golden.graph(), golden.inputs, RuntimeOptions(isa: isa, threads: 1))
      for (found, expected) in zip(values, [golden.loss, golden.gradient]) {
        #expect(found.count == expected.count)
        for (a, b) in zip(found, expected) {
          #expect(abs(a - b) <= 1e-6 * max(1, abs(b)), "\(golden), \(isa)")
        }
      }
    }
  }

  /// Enough work for several threads.
  @Test(
    arguments: [
      CrossEntropy(), BinaryCrossEntropy(), DistillationDivergence(temperature: 2),
    ] as [any DifferentiableOperation])
  func rowsAreShared(loss: any DifferentiableOperation) throws {
    var rng = SplitMix64(seed: 3)
    let shape: Shape = [61, 1000]
    let inputs = [
      "logits": Reference.random(shape, in: -5...5, using: &rng),
      "other": Reference.random(shape, in: 0...1, using: &rng),
      "dy": Reference.random([61], using: &rng),
    ]
    let tensors = [Tensor.input("logits", shape: shape), .input("other", shape: shape)]
    let y = recorded(loss, tensors)
    let gradient = try #require(
      loss.pullback(.input("dy", shape: [61]), inputs: tensors, output: y)[0])
    let graph = try Graph(outputs: [.init("y", y), .init("gradient", gradient)])
    let expected = graph.evaluated(inputs)
    let alone = try run(graph, inputs, RuntimeOptions(threads: 1))
    let shared = try run(graph, inputs, RuntimeOptions(threads: 3))
    #expect(alone == shared)
    // Losses of some thousands, gradients of at most 500.
    for (found, expected) in zip(shared, expected) {
      for (a, b) in zip(found, expected.values) { #expect(abs(a - b) < 1e-6 * max(1, abs(b))) }
    }
  }

  private func recorded(_ operation: some Operation, _ inputs: [Tensor]) -> Tensor {
    Tensor(operation, inputs)
  }
}
