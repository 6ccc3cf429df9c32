import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

@Suite struct KeepWideTensorsTests {
  /// The sum of a block's results, with the gradients of its input and first weight.
  private func graph(channels: Int, rows: Int = 3, hasGradient: Bool = true) throws -> Graph {
    let block = MLPBlock(epsilon: nil, activation: .gelu, hasScale: false, hasResidual: true)
    let shapes: [Shape] = [
      [rows, channels], [8, channels], [8], [channels, 8], [channels], [rows, channels],
    ]
    let inputs = shapes.enumerated().map { Tensor.input("input\($0)", shape: $1) }
    let y = Tensor(block, inputs, at: "block")
    let sum = y.sum(to: [1, 1])
    let total = Tensor(Reshape([1]), [sum])
    let derivatives =
      hasGradient ? try gradients(of: total, withRespectTo: [inputs[0], inputs[1]]) : []
    return try Graph(
      outputs: [.init("total", total)]
        + derivatives.enumerated().map { Graph.Output("gradient\($0)", $1) })
  }

  private func values(_ graph: Graph) -> [String: Reference] {
    var rng = SplitMix64(seed: 7)
    let inputs = graph.nodes.compactMap { node -> (String, Shape)? in
      if case .input(let name) = node.kind { (name, node.shape) } else { nil }
    }.sorted { $0.0 < $1.0 }
    return Dictionary(
      uniqueKeysWithValues: inputs.map { ($0.0, Reference.random($0.1, in: -1...1, using: &rng)) })
  }

  private func keepers(_ graph: Graph) -> (forward: Int, backward: Int) {
    let operations = graph.nodes.compactMap(\.operation)
    return (
      operations.count { ($0 as? MLPBlock)?.keepsWide == true },
      operations.count { ($0 as? MLPBlockGradient)?.readsWide == true }
    )
  }

  @Test(arguments: [(39, 0), (40, 1)])
  func keepsWhatIsSlowToCompute(channels: Int, count: Int) throws {
    let graph = try graph(channels: channels)
    let kept = try KeepWideTensors.apply(to: graph, variable: [])
    #expect(keepers(kept) == (count, count))
    let values = values(graph)
    for (a, b) in zip(graph.evaluated(values), kept.evaluated(values)) {
      #expect(largestDifference(a.values, b.values) < 1e-12)
    }
  }

  /// A third-level cache doesn't hold 300,000 rows of 8 numbers.
  @Test(arguments: [(95, 0), (96, 1)])
  func keepsLargeTensorsLater(channels: Int, count: Int) throws {
    let graph = try graph(channels: channels, rows: 300_000)
    #expect(keepers(try KeepWideTensors.apply(to: graph, variable: [])) == (count, count))
  }

  @Test func keepsNothingWithoutAWayBack() throws {
    let graph = try graph(channels: 96, hasGradient: false)
    #expect(keepers(try KeepWideTensors.apply(to: graph, variable: [])) == (0, 0))
  }
}
