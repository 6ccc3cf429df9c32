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

  /// What decisions are made from, in place of the results. Detection: `scores`, the softmax of the
  /// confidences, and `locations`. Segmentation: `labels` `[n, h, w]`, the likeliest classes.
  /// Classification: the logits, as they are.
  public func answers(of task: NetworkTask) -> [Graph.Output] {
    results.map { result in
      switch (task, result.name) {
      case (.detection, "confidences"): Graph.Output("scores", softmax(result.tensor))
      case (.segmentation, "logits"): Graph.Output("labels", result.tensor.argMax())
      default: result
      }
    }
  }

  /// A result by its name.
  public subscript(_ name: String) -> Tensor? { results.first { $0.name == name }?.tensor }
}

extension Network {
  /// The graph of one input shape, `[n, h, w, 3]`: the results, and if asked for the features, under
  /// their names.
  ///
  /// - Parameter task: to have ``NetworkOutputs/answers(of:)`` of it in place of the results.
  public func graph(
    input: Shape, features: Bool = false, answering task: NetworkTask? = nil
  ) throws(GraphError) -> Graph {
    let outputs = self(.input("input", shape: input))
    let results = task.map(outputs.answers) ?? outputs.results
    return try Graph(outputs: results + (features ? outputs.features : []))
  }
}
