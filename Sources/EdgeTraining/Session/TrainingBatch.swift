import EdgeGraph

/// What one step learns from.
package struct TrainingBatch: Sendable {
  /// `[n, h, w, 3]`.
  package var shape: Shape
  /// Normalized, in C order.
  package var images: [Float]
  /// What the loss compares the network's results with, by the names of the graph's inputs; each
  /// in C order.
  package var inputs: [String: [Float]]

  package init(shape: Shape, images: [Float], inputs: [String: [Float]]) {
    self.shape = shape
    self.images = images
    self.inputs = inputs
  }
}

/// What a step's forward pass gave.
package struct BatchResult: Sendable {
  package let loss: Double
  /// Of classification: `[n, classes]`, in C order; else empty.
  package let logits: [Float]
}
