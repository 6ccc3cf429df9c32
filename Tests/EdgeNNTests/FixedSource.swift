import EdgeGraph
import EdgeNN

/// A small checkpoint in memory: names with shapes, every value zero.
struct FixedSource: ParameterSource {
  let tensors: [(name: String, shape: Shape)]
  var epsilonOverrides: [String: Double] = [:]

  var names: [String]? { tensors.map(\.name) }

  func shape(of name: String) -> Shape? { tensors.first { $0.name == name }?.shape }

  func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    TensorData([Float](repeating: 0, count: shape.count), shape: shape)
  }
}
