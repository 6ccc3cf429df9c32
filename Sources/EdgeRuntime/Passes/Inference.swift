import EdgeGraph

extension Graph {
  /// The graph as it is run for inference.
  func forInference() throws(GraphError) -> Graph {
    let plain = try RemoveDropping.apply(to: self)
    let mapped = try MapPixels.apply(to: plain)
    let folded = try FoldBatchNorm.apply(to: mapped)
    let sampled = try SubsampleFirst.apply(to: folded)
    let lowered = try LowerCircular.apply(to: sampled)
    let activated = try FuseDepthwise.apply(to: lowered)
    let fused = try FuseProducts.apply(to: activated)
    let blocks = try FuseDepthwiseBlocks.apply(to: fused)
    return try FuseMLP.apply(to: blocks)
  }
}
