import EdgeGraph

/// Moves sampling before operations that treat every pixel by itself, so that only pixels that are
/// sampled are computed.
enum SubsampleFirst {
  /// - Parameter variable: parameters that change between runs.
  static func apply(
    to graph: Graph, variable: Set<ObjectIdentifier> = []
  ) throws(GraphError) -> Graph {
    try Rewriter.rewrite(graph, variable: variable) { operation, inputs, path, rewriter in
      guard let sampling = operation as? Subsample else { return nil }
      return sampled(inputs[0], sampling, path, rewriter)
    }
  }

  private static func sampled(
    _ x: Tensor, _ sampling: Subsample, _ path: String, _ rewriter: Rewriter
  ) -> Tensor {
    guard rewriter.isOnlyUse(x), let operation = x.node.operation, isByPixel(operation) else {
      return Tensor(sampling, [x], at: path)
    }
    let first = sampled(x.node.inputs[0], sampling, path, rewriter)
    return Tensor(operation, [first] + x.node.inputs.dropFirst(), at: x.node.path)
  }

  /// Whether every pixel is computed of the same pixel of the first input, and of parameters.
  private static func isByPixel(_ operation: any Operation) -> Bool {
    switch operation {
    case is LayerNormalization, is LinearMap, is ScaleShift: true
    default: false
    }
  }
}
