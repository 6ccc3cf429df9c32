import EdgeGraph

/// Draws the activation that follows a depthwise convolution, or one in groups, into it.
enum FuseDepthwise {
  static func apply(to graph: Graph) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph) { operation, inputs, _, rewriter in
      guard let activation = operation as? Activation, rewriter.isOnlyUse(inputs[0]),
        let convolution = inputs[0].node.operation as? Convolution,
        convolution.isGrouped(weight: inputs[0].node.inputs[1].shape)
      else { return nil }
      let product = DepthwiseProduct(convolution: convolution, activation: activation.function)
      return Tensor(product, inputs[0].node.inputs, at: inputs[0].node.path)
    }
  }
}
