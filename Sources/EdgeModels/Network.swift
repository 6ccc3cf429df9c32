import EdgeGraph
import EdgeNN

/// What a network is for.
public enum NetworkTask: String, Hashable, Sendable, CaseIterable, Codable {
  case classification, detection, segmentation
}

/// Any network of the registry.
public protocol Network: Sendable {
  /// - Parameter x: normalized images, `[n, h, w, 3]`.
  func callAsFunction(_ x: Tensor) -> NetworkOutputs
}

/// What a network makes of a batch of images.
public struct NetworkOutputs: Sendable {
  /// Classification: `logits` `[n, classes]`. Detection: `confidences`
  /// `[n, anchors, classes + 1]`, logits of which the first is the background's, and `locations`
  /// `[n, anchors, 4]`. Segmentation: `logits` `[n, h, w, classes]`.
  public var results: [Graph.Output]
  /// What was computed on the way, by the family's own names: maps `[n, h / stride, w / stride, c]`.
  public var features: [Graph.Output]

  public init(results: [Graph.Output], features: [Graph.Output] = []) {
    self.results = results
    self.features = features
  }

  /// A result by its name.
  public subscript(_ name: String) -> Tensor? { results.first { $0.name == name }?.tensor }
}

extension Network {
  /// The graph of one input shape, `[n, h, w, 3]`: the results, and if asked for the features, under
  /// their names.
  public func graph(input: Shape, features: Bool = false) throws(GraphError) -> Graph {
    let outputs = self(.input("input", shape: input))
    return try Graph(outputs: outputs.results + (features ? outputs.features : []))
  }
}
