import EdgeGraph

/// What one step learns from.
package struct TrainingBatch: Sendable {
  /// `[n, h, w, 3]`.
  package var shape: Shape
  /// Normalized, in C order.
  package var images: [Float]
  /// `[n, classes]`, in C order: how much each image is of each class.
  package var targets: [Float]
  /// `[n, classes]`: what the objective's teacher says, if it has one.
  package var teacher: [Float]?

  package init(shape: Shape, images: [Float], targets: [Float], teacher: [Float]? = nil) {
    self.shape = shape
    self.images = images
    self.targets = targets
    self.teacher = teacher
  }
}

/// What a step's forward pass gave.
package struct BatchResult: Sendable {
  package let loss: Double
  /// `[n, classes]`, in C order.
  package let logits: [Float]
}
