import EdgeGraph
import TestSupport
import Testing

/// Every operation's derivative against central differences of its plain reference.
@Suite struct DerivativeTests {
  @Test(arguments: OperationSample.all.filter { $0.operation is any DifferentiableOperation })
  func agreesWithFiniteDifferences(sample: OperationSample) throws {
    let operation = try #require(sample.operation as? any DifferentiableOperation)
    var rng = SplitMix64(seed: 11)
    let inputs = sample.inputs.map { Reference.random($0, in: 0.5...1.5, using: &rng) }
    let check = try DerivativeCheck(operation, inputs: inputs, variables: sample.differentiable)
    for (index, (derived, measured)) in zip(check.derived, check.measured).enumerated() {
      guard let derived else { continue }
      // Central differences of values near 1: the step's square and rounding divided by the step.
      for (a, b) in zip(derived.values, measured.values) {
        #expect(abs(a - b) < 1e-7 * max(1, abs(b)), "input \(index)")
      }
    }
  }

  @Test func operationsWithoutDerivativeAreNamed() {
    let x = Tensor.input("x", shape: [2, 3])
    let y = Tensor(Embed(at: 0, width: 3), [x], at: "layer").sum(to: [1])
    #expect {
      try gradients(of: y, withRespectTo: [x])
    } throws: { error in
      let error = error as? GraphError
      return error?.operation == "embed" && error?.cause == .notDifferentiable
    }
  }

  /// d/dx (x · x + x) = 2 x + 1, of which each use contributes a part.
  @Test func usesAddUp() throws {
    let x = Tensor.input("x", shape: [3])
    let dx = try gradients(of: (x * x + x).sum(to: [1]), withRespectTo: [x])[0]
    let graph = try Graph(outputs: [.init("dx", dx)])
    let value = graph.evaluated(["x": Reference(shape: [3], values: [1, -2, 0.5])])
    #expect(value[0].values == [3, -3, 2])
  }

  @Test func whatTheScalarIgnoresHasNoGradient() throws {
    let (x, y) = (Tensor.input("x", shape: [2]), Tensor.input("y", shape: [3]))
    let dy = try gradients(of: x.sum(to: [1]), withRespectTo: [y])[0]
    #expect(try Graph(outputs: [.init("dy", dy)]).evaluated([:])[0].values == [0, 0, 0])
  }

  /// The slices of a split leave one concatenation, not sums of padded tensors.
  @Test func slicesOfASplitAreJoined() throws {
    let x = Tensor.input("x", shape: [2, 5])
    let parts = x.split(widths: [2, 3])
    let y = Tensor.concatenate([parts[0] * parts[0], parts[1]]).sum(to: [1])
    let dx = try gradients(of: y, withRespectTo: [x])[0]
    let graph = try Graph(outputs: [.init("dx", dx)])
    #expect(!graph.operationNames.contains("embed"))
    let value = graph.evaluated([
      "x": Reference(shape: [2, 5], values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    ])
    #expect(value[0].values == [2, 4, 1, 1, 1, 12, 14, 1, 1, 1])
  }
}
