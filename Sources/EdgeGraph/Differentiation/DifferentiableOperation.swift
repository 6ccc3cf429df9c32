/// An operation that gradients pass through.
public protocol DifferentiableOperation: Operation {
  /// The derivatives of a scalar with respect to the inputs, given that with respect to the output,
  /// built from operations, so that they are traced, costed and run like the rest.
  ///
  /// - Returns: for each input a tensor of its shape, or nil where no derivative flows to it.
  func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?]
}
