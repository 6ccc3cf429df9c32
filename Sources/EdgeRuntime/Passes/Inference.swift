import EdgeGraph

extension Graph {
  /// The graph as it is run for inference.
  func forInference() throws(GraphError) -> Graph {
    let plain = try RemoveDropping.apply(to: self)
    let folded = try FoldBatchNorm.apply(to: plain)
    let fused = try FuseProducts.apply(to: folded)
    return try FuseMLP.apply(to: fused)
  }

  /// Nodes that depend on no input: parameters, literals, and what is computed from them alone.
  var constants: Set<ObjectIdentifier> {
    var result: Set<ObjectIdentifier> = []
    for node in nodes {
      switch node.kind {
      case .parameter, .constant:
        result.insert(node.id)
      case .operation where node.inputs.allSatisfy({ result.contains($0.node.id) }):
        result.insert(node.id)
      case .operation, .input, .poison:
        break
      }
    }
    return result
  }
}
