import EdgeGraph
import EdgeNN
import TestSupport
import Testing

@testable import EdgeRuntime

/// What training steps are made of after all passes.
@Suite struct TrainingGraphTests {
  private func training(_ record: (Scope, Tensor) -> Tensor) throws -> TrainingGraph {
    let x = Tensor.input("x", shape: [2, 6, 6, 5])
    let y = try Scope.build(from: SyntheticParameters(tag: "graph")) { record($0, x) }
    return try TrainingGraph(Graph(outputs: [.init("loss", y.sum(to: [1]))])) { _ in true }
  }

  private func weight(_ scope: Scope, _ outputs: Int, _ inputs: Int) -> Tensor {
    scope.parameter("weight", [outputs, inputs, 1, 1], .constant(0))
  }

  /// Two 1x1 convolutions with an activation between them don't keep the wide tensor.
  @Test func feedForwardOfConvolutionsIsABlock() throws {
    let training = try training { scope, x in
      let layers = [(scope / "a", 9, 5), (scope / "b", 5, 9)].map { scope, outputs, inputs in
        [weight(scope, outputs, inputs), scope.parameter("bias", [outputs], .constant(0))]
      }
      let wide = hardswish(Tensor(Convolution(hasBias: true), [x] + layers[0]))
      return x + Tensor(Convolution(hasBias: true), [wide] + layers[1])
    }
    let names = training.graph.operationNames
    #expect(names.contains("mlp_block") && names.contains("mlp_block_gradient"))
    #expect(!names.contains("convolution") && !names.contains("linear"))
    let gradients = zip(training.graph.outputs, training.destinations).filter {
      if case .gradient = $0.1 { true } else { false }
    }
    #expect(gradients.map { $0.0.tensor.shape } == [[5], [5, 9, 1, 1], [9], [9, 5, 1, 1]])
  }

  /// Behind a batch norm, activations whose slope the result tells need no memory of their own.
  @Test(arguments: ActivationFunction.allCases)
  func activationsInPlace(function: ActivationFunction) throws {
    let training = try training { scope, x in
      let y = Tensor(Convolution(hasBias: false), [x, weight(scope / "conv", 7, 5)])
      return Tensor(Activation(function), [BatchNorm(scope / "norm", channels: 7)(y)])
    }
    let graph = training.graph
    let plan = MemoryPlan(
      graph, constants: graph.constants(variable: Set(training.parameters.map(\.id))),
      options: RuntimeOptions(threads: 1))
    let node = try #require(graph.nodes.first { $0.operation is Activation })
    let (result, input) = (
      try #require(plan[node]), try #require(plan[node.inputs[0].node])
    )
    #expect(result.lies(in: input, at: 0) == [.relu, .relu6].contains(function))
  }
}
