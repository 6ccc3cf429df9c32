import EdgeGraph

extension Graph {
  /// The graph as it is run for inference.
  func forInference() throws(GraphError) -> Graph {
    let plain = try RemoveDropping.apply(to: self)
    let folded = try FoldBatchNorm.apply(to: plain)
    let fused = try FuseProducts.apply(to: folded)
    return try FuseMLP.apply(to: fused)
  }
}
