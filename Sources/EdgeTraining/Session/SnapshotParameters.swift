import EdgeGraph
import EdgeNN
import EdgeRuntime

/// The parameters of a network in training, or their moving average, as they are now.
package struct SnapshotParameters: ParameterSource {
  private let layout: ParameterLayout
  private let buffer: StateBuffer
  package let epsilonOverrides: [String: Double]

  init(layout: ParameterLayout, buffer: StateBuffer, epsilonOverrides: [String: Double]) {
    self.layout = layout
    self.buffer = buffer
    self.epsilonOverrides = epsilonOverrides
  }

  package var names: [String]? { layout.entries.map(\.name) }

  package func shape(of name: String) -> Shape? { layout[name]?.shape }

  /// A copy of the value.
  package func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    layout[name].map { TensorData(buffer[$0.range], shape: $0.shape) }
  }
}
