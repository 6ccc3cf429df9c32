import EdgeGraph
import EdgeModels

/// What training minimizes.
package protocol TrainingLoss: Sendable {
  /// `loss` `[1]`, then what else a step gives. Targets are inputs under the names that a
  /// ``TrainingBatch`` has for them.
  ///
  /// - Parameter network: what a network of the loss's task made of the images.
  func outputs(of network: NetworkOutputs) -> [Graph.Output]
}

extension TrainingLoss {
  /// The graph of one step: its outputs are ``outputs(of:)``; its inputs are `images`
  /// `[n, h, w, 3]` and those that a ``TrainingBatch`` names.
  ///
  /// - Parameter images: the shape of the images.
  package func graph(of network: any Network, images: Shape) throws(GraphError) -> Graph {
    try Graph(outputs: outputs(of: network(.input("images", shape: images))))
  }
}

extension NetworkOutputs {
  /// - Precondition: the network, which is of the loss's task, has this result.
  func result(_ name: String) -> Tensor {
    guard let tensor = self[name] else { preconditionFailure("a network without \(name)") }
    return tensor
  }
}

extension Tensor {
  /// The sum of all elements, `[1]`.
  var total: Tensor { sum(to: [1]) }

  func scaled(by factor: Double) -> Tensor { Tensor(Scale(by: factor), [self]) }
}
