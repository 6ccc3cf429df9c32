import EdgeGraph
import EdgeNN

/// A classification network's parameters below `encoder.`, where networks of other tasks have them;
/// everything else is fresh, and what the classification network has beyond its features is left
/// out.
package struct BackboneParameters: ParameterSource {
  private static let prefix = "encoder."

  private let base: any ParameterSource
  private let fresh: FreshParameters

  package init(_ base: any ParameterSource, fresh: FreshParameters) {
    self.base = base
    self.fresh = fresh
  }

  package func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    if name.hasPrefix(Self.prefix) {
      let inner = String(name.dropFirst(Self.prefix.count))
      if base.shape(of: inner) == shape {
        return base.value(of: inner, shape: shape, initializer: initializer)
      }
    }
    return fresh.value(of: name, shape: shape, initializer: initializer)
  }

  package var epsilonOverrides: [String: Double] {
    let pairs = base.epsilonOverrides.map { (Self.prefix + $0.key, $0.value) }
    return Dictionary(pairs) { first, _ in first }
  }
}
