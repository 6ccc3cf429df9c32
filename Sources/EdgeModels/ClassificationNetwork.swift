import EdgeGraph
import EdgeNN

/// A network that gives class scores and the features of its stages.
public protocol ClassificationNetwork: Sendable {
  /// - Parameter x: normalized images, `[n, h, w, 3]`.
  /// - Returns: logits `[n, classes]`; the stages' outputs, `[n, h / stride, w / stride, c]`, by the
  ///   family's own names for them.
  func callAsFunction(_ x: Tensor) -> (logits: Tensor, features: [Graph.Output])
}

extension ClassificationNetwork {
  /// The graph of one input shape, `[n, h, w, 3]`: output `logits`, and if asked for the
  /// features under their names.
  public func graph(input: Shape, features: Bool = false) throws(GraphError) -> Graph {
    let result = self(.input("input", shape: input))
    return try Graph(
      outputs: [Graph.Output("logits", result.logits)] + (features ? result.features : []))
  }
}
