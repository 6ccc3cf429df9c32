import EdgeGraph
import EdgeNN

/// A backbone with what tells classes apart.
struct ClassificationNetwork: Network {
  let backbone: Backbone
  let head: ClassificationHead

  /// - Returns: `logits` `[n, classes]`; the features of backbone and head.
  func callAsFunction(_ x: Tensor) -> NetworkOutputs {
    let features = backbone(x)
    let outputs = head(features.last?.tensor ?? x)
    return NetworkOutputs(results: outputs.results, features: features + outputs.features)
  }
}

/// The mean over the last maps, and a linear map to the classes' logits.
struct ClassificationHead: Sendable {
  /// What the maps go through before the mean is taken.
  var before: (any Module)?
  /// The name of the feature that it gives, if it gives one.
  var beforeName: String?
  /// What the mean goes through.
  var after: (any Module)?
  /// A feature: the mean after that, as `[n, c]`, or as a map of one pixel.
  var pooled: (name: String, isMap: Bool)?
  var dropout: DropElements
  var linear: Linear

  /// - Parameter x: `[n, h, w, c]`.
  func callAsFunction(_ x: Tensor) -> NetworkOutputs {
    var features: [Graph.Output] = []
    let maps = before?(x) ?? x
    if let beforeName { features.append(Graph.Output(beforeName, maps)) }
    let mean = maps.spatialMean()
    let vector = after?(mean) ?? mean
    if let pooled {
      features.append(Graph.Output(pooled.name, pooled.isMap ? vector.asMap : vector))
    }
    return NetworkOutputs(
      results: [Graph.Output("logits", linear(dropout(vector)))], features: features)
  }
}

extension Tensor {
  /// Vectors as maps of one pixel: `[n, c]` → `[n, 1, 1, c]`.
  var asMap: Tensor { Tensor(Reshape([shape.rows, 1, 1, shape.columns]), [self]) }
}
