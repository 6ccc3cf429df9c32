import EdgeGraph
import EdgeNN

/// A network that gives class scores and the features of its stages.
public protocol ClassificationNetwork: Sendable {
  /// - Parameter x: normalized images, `[n, h, w, 3]`.
  /// - Returns: logits `[n, classes]`; the stages' outputs, `[n, h / stride, w / stride, c]`.
  func callAsFunction(_ x: Tensor) -> (logits: Tensor, features: [Tensor])
}

extension ClassificationNetwork {
  /// The graph of one input shape, `[n, h, w, 3]`: output `logits`, and if asked for `stage1`,
  /// `stage2` and so on.
  public func graph(input: Shape, features: Bool = false) throws(GraphError) -> Graph {
    let result = self(.input("input", shape: input))
    let stages = result.features.enumerated().map { Graph.Output("stage\($0 + 1)", $1) }
    return try Graph(
      outputs: [Graph.Output("logits", result.logits)] + (features ? stages : []))
  }
}
