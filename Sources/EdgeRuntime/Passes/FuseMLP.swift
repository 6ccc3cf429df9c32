import EdgeGraph

/// Joins two products with an activation between them, and the layer norm before them, into one
/// block that runs over tiles of rows.
enum FuseMLP {
  static func apply(to graph: Graph) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph) { operation, inputs, path, rewriter in
      guard let project = operation as? MatrixProduct, project.activation == nil,
        isPlain(project), rewriter.isOnlyUse(inputs[0]),
        let expand = inputs[0].node.operation as? MatrixProduct,
        isPlain(expand), let activation = expand.activation, !expand.hasScale, !expand.hasResidual
      else { return nil }
      let first = inputs[0].node.inputs
      var block = MLPBlock(
        epsilon: nil, activation: activation, hasScale: project.hasScale,
        hasResidual: project.hasResidual)
      var head = [first[0]]
      if let norm = first[0].node.operation as? LayerNormalization, rewriter.isOnlyUse(first[0]) {
        block.epsilon = norm.epsilon
        head = first[0].node.inputs
      }
      return Tensor(block, head + first.dropFirst() + inputs.dropFirst(), at: path)
    }
  }

  private static func isPlain(_ product: MatrixProduct) -> Bool {
    product.source == .rows && product.hasBias
  }
}
