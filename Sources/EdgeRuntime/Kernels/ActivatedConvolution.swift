import EdgeGraph

/// A convolution with the activation that follows it.
///
/// - Inputs and output: those of the convolution.
protocol ActivatedConvolution: Operation {
  var convolution: Convolution { get }
  var activation: ActivationFunction? { get }
}

extension ActivatedConvolution {
  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try convolution.outputShape(inputs)
  }

  func cost(_ inputs: [Shape]) -> Cost { convolution.cost(inputs) }

  func reference(_ inputs: [Reference]) -> Reference {
    let y = convolution.reference(inputs)
    return activation.map { Activation($0).reference([y]) } ?? y
  }
}
