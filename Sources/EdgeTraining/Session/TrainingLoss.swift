import EdgeGraph
import EdgeModels

/// What training minimizes.
package protocol TrainingLoss: Sendable {
  /// The graph of one step: its first output is `loss` `[1]`; its inputs are `images`
  /// `[n, h, w, 3]` and those that a ``TrainingBatch`` names.
  ///
  /// - Parameter images: the shape of the images.
  func graph(
    of network: any Network, images: Shape, classes: Int
  ) throws(GraphError) -> Graph
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
