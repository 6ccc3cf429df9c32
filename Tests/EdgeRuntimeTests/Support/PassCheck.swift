import EdgeGraph
import TestSupport
import Testing

@testable import EdgeRuntime

/// One graph before and after a pass.
struct PassCheck: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The operations' names, constants left out.
  let before: [String]
  let after: [String]
  var input: Shape = [2, 5, 6, 4]
  /// Records the graph on the input named `x`; every tensor that it returns becomes an output.
  let record: @Sendable (Tensor, inout LayerBuilder) -> [Tensor]

  init(
    _ name: String, before: [String], after: [String], input: Shape = [2, 5, 6, 4],
    record: @escaping @Sendable (Tensor, inout LayerBuilder) -> [Tensor]
  ) {
    testDescription = name
    self.before = before
    self.after = after
    self.input = input
    self.record = record
  }

  func graph() throws -> Graph {
    var layers = LayerBuilder(seed: 17)
    let outputs = record(.input("x", shape: input), &layers)
    return try Graph(outputs: outputs.enumerated().map { Graph.Output("y\($0)", $1) })
  }

  /// Checks the operations on both sides and that the values are the same.
  func expect(_ pass: (Graph) throws -> Graph) throws {
    let graph = try graph()
    let changed = try pass(graph)
    #expect(graph.operationNames == before)
    #expect(changed.operationNames == after)
    #expect(changed.outputs.map(\.name) == graph.outputs.map(\.name))
    var rng = SplitMix64(seed: 23)
    let x = Reference.random(input, in: -2...2, using: &rng)
    for (old, new) in zip(graph.evaluated(["x": x]), changed.evaluated(["x": x])) {
      #expect(old.shape == new.shape)
      // Values of some tens in double precision, summed in another order.
      #expect(largestDifference(old.values, new.values) < 1e-11)
    }
  }
}
