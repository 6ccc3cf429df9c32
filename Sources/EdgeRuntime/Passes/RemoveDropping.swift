import EdgeGraph

/// Removes dropout and stochastic depth, which are the identity at inference.
enum RemoveDropping {
  static func apply(to graph: Graph) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph) { operation, inputs, _, _ in
      operation is Dropout || operation is StochasticDepth ? inputs[0] : nil
    }
  }
}
