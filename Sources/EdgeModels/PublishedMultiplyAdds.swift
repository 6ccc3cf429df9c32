import EdgeGraph

extension Graph {
  /// The number of trainable scalars.
  public var parameterCount: Int {
    parameters.reduce(0) { $0 + ($1.isBuffer ? 0 : $1.shape.count) }
  }

  /// Multiply-adds by the rule behind the figures that the EdgeNeXt authors print (fvcore in
  /// evaluation mode): the products and convolutions, plus 5 for every element that a layer norm
  /// reads and 2 for every element that a batch norm reads. The hand-written layer norms of the
  /// stem and the downsampling layers escape that counter and are left out.
  public var publishedMultiplyAdds: Int {
    nodes.reduce(cost.multiplyAdds) { total, node in
      switch node.operation {
      case is LayerNormalization where !node.path.hasPrefix("downsample_layers."):
        total + 5 * node.inputs[0].shape.count
      case is BatchNormalization:
        total + 2 * node.inputs[0].shape.count
      default:
        total
      }
    }
  }
}

extension ModelDescription {
  /// Multiply-adds of its graph as those of its family are given: for EdgeNeXt and EdgeViT by their
  /// authors' rule, for the others those of products and convolutions.
  public func publishedMultiplyAdds(of graph: Graph) -> Int {
    family.countsNorms ? graph.publishedMultiplyAdds : graph.cost.multiplyAdds
  }
}
