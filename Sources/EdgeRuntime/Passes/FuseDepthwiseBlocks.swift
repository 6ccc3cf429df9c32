import EdgeGraph

/// Joins a depthwise convolution with the linear maps before and after it into one block that runs
/// over bands of rows, where the tensors between them would leave the cache.
enum FuseDepthwiseBlocks {
  /// Of the wide tensor, in bytes: half of a common second-level cache. A smaller one is as fast to
  /// write and read, and nothing at the borders of shares is computed twice.
  private static let leastBytes = 512 * 1024

  static func apply(
    to graph: Graph, leastBytes: Int = leastBytes
  ) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph) { operation, inputs, path, rewriter in
      guard var projection = operation as? MatrixProduct, isPlain(projection),
        rewriter.isOnlyUse(inputs[0]),
        let middle = depthwise(inputs[0].node)
      else { return nil }
      let hasResidual = projection.hasResidual
      projection.hasResidual = false
      let filter = inputs[0].node.inputs
      guard 4 * filter[0].shape.count / max(filter[0].shape[0], 1) >= leastBytes else { return nil }
      let expansion = expansion(filter[0], rewriter)
      let block = DepthwiseBlock(
        expansion: expansion, middle: middle, projection: projection, hasResidual: hasResidual)
      let head = expansion == nil ? [filter[0]] : filter[0].node.inputs
      return Tensor(block, head + filter.dropFirst() + inputs.dropFirst(), at: path)
    }
  }

  /// Whether a product may end a block.
  private static func isPlain(_ product: MatrixProduct) -> Bool {
    product.source == .rows && product.hasBias && !product.hasScale
  }

  private static func depthwise(_ node: Node) -> DepthwiseProduct? {
    let product =
      node.operation as? DepthwiseProduct
      ?? (node.operation as? Convolution).map { DepthwiseProduct(convolution: $0) }
    guard let product, product.convolution.hasBias,
      product.convolution.isDepthwise(weight: node.inputs[1].shape)
    else { return nil }
    return product
  }

  /// The product that made a tensor, if nothing else reads it and it may begin a block.
  private static func expansion(_ tensor: Tensor, _ rewriter: Rewriter) -> MatrixProduct? {
    guard rewriter.isOnlyUse(tensor), let product = tensor.node.operation as? MatrixProduct,
      isPlain(product), !product.hasResidual
    else { return nil }
    return product
  }
}
