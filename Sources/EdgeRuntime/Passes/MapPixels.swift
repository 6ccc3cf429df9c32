import EdgeGraph

/// Turns 1x1 convolutions without steps, padding or groups into linear maps of every pixel: products
/// of all rows at once, which other passes know how to join.
enum MapPixels {
  static func apply(to graph: Graph) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph) { operation, inputs, path, _ in
      guard let convolution = operation as? Convolution,
        convolution.isPointwise(weight: inputs[1].shape)
      else { return nil }
      let weight = inputs[1].shape
      let matrix = Tensor(Reshape([weight[0], weight[1]]), [inputs[1]], at: path)
      return Tensor(
        LinearMap(hasBias: convolution.hasBias), [inputs[0], matrix] + inputs.dropFirst(2),
        at: path)
    }
  }
}
