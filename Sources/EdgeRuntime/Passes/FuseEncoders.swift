import EdgeGraph

/// Joins two linear maps with an activation between them, the layer norm before them, and the layer
/// scale and residual sum after them, into one ``MLPBlock``: on the graph as it is recorded, so that
/// gradients can be taken afterwards.
enum FuseEncoders {
  /// - Parameter variable: parameters that change between runs.
  static func apply(
    to graph: Graph, variable: Set<ObjectIdentifier>
  ) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph, variable: variable) { operation, inputs, path, rewriter in
      switch operation {
      case let linear as LinearMap where linear.hasBias:
        return block(inputs, path, rewriter)
      case is Multiply:
        return scaled(inputs[0], by: inputs[1], rewriter)
      case is Add:
        return summed(inputs[1], inputs[0], rewriter) ?? summed(inputs[0], inputs[1], rewriter)
      default:
        return nil
      }
    }
  }

  private static func block(
    _ inputs: [Tensor], _ path: String, _ rewriter: Rewriter
  ) -> Tensor? {
    guard rewriter.isOnlyUse(inputs[0]),
      let activation = inputs[0].node.operation as? Activation,
      let wide = inputs[0].node.inputs.first, rewriter.isOnlyUse(wide),
      let expand = wide.node.operation as? LinearMap, expand.hasBias
    else { return nil }
    let first = wide.node.inputs
    var block = MLPBlock(
      epsilon: nil, activation: activation.function, hasScale: false, hasResidual: false)
    var head = [first[0]]
    if let norm = first[0].node.operation as? LayerNormalization, rewriter.isOnlyUse(first[0]) {
      block.epsilon = norm.epsilon
      head = first[0].node.inputs
    }
    return Tensor(block, head + first.dropFirst() + inputs.dropFirst(), at: path)
  }

  /// The block that made a tensor, if nothing else reads it and it ends without a residual.
  private static func openBlock(_ tensor: Tensor, _ rewriter: Rewriter) -> MLPBlock? {
    guard rewriter.isOnlyUse(tensor), let block = tensor.node.operation as? MLPBlock,
      !block.hasResidual
    else { return nil }
    return block
  }

  private static func scaled(_ x: Tensor, by scale: Tensor, _ rewriter: Rewriter) -> Tensor? {
    guard var block = openBlock(x, rewriter), !block.hasScale, scale.shape == [x.shape[-1]],
      case .parameter = scale.node.kind
    else { return nil }
    block.hasScale = true
    return Tensor(block, x.node.inputs + [scale], at: x.node.path)
  }

  private static func summed(_ x: Tensor, _ residual: Tensor, _ rewriter: Rewriter) -> Tensor? {
    guard var block = openBlock(x, rewriter), residual.shape == x.shape else { return nil }
    block.hasResidual = true
    return Tensor(block, x.node.inputs + [residual], at: x.node.path)
  }
}
