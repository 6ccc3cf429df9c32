/// Rebuilds a graph from its inputs to its outputs, replacing what a pass recognizes.
package struct Rewriter {
  private var replacements: [ObjectIdentifier: Tensor] = [:]
  private var uses: [ObjectIdentifier: Int] = [:]

  private init() {}

  /// A new graph in which every operation that is not constant became what `replace` returns
  /// for it; nil keeps the operation on its replaced inputs.
  ///
  /// - Parameters:
  ///   - variable: parameters that change between runs; what depends on them is rewritten too.
  ///   - replace: gets the operation, its inputs as already replaced, its path, and this rewriter,
  ///     for ``isOnlyUse(_:)``.
  package static func rewrite(
    _ graph: Graph, variable: Set<ObjectIdentifier> = [],
    _ replace: (any Operation, [Tensor], String, Rewriter) -> Tensor?
  ) throws(GraphError) -> Graph {
    var rewriter = Rewriter()
    let counts = graph.useCounts
    let constants = graph.constants(variable: variable)
    for node in graph.nodes {
      let tensor =
        constants.contains(node.id) ? Tensor(node) : rewriter.replacement(for: node, replace)
      rewriter.replacements[node.id] = tensor
      rewriter.uses[tensor.node.id, default: 0] += counts[node.id] ?? 0
    }
    return try Graph(
      outputs: graph.outputs.map { output in
        Graph.Output(output.name, rewriter.replaced(output.tensor))
      })
  }

  /// Whether the original of this tensor was read once only, so that it may be fused away.
  package func isOnlyUse(_ tensor: Tensor) -> Bool { uses[tensor.node.id] == 1 }

  private func replaced(_ tensor: Tensor) -> Tensor { replacements[tensor.node.id] ?? tensor }

  private func replacement(
    for node: Node, _ replace: (any Operation, [Tensor], String, Rewriter) -> Tensor?
  ) -> Tensor {
    guard let operation = node.operation else { return Tensor(node) }
    let inputs = node.inputs.map(replaced)
    if let tensor = replace(operation, inputs, node.path, self) { return tensor }
    let isUnchanged = zip(inputs, node.inputs).allSatisfy { $0.node === $1.node }
    return isUnchanged ? Tensor(node) : Tensor(operation, inputs, at: node.path)
  }
}
