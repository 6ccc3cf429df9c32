import EdgeGraph

/// activation(x · scale + shift): a batch norm that no product takes, and the activation behind it.
///
/// - Inputs: `x` `[..., c]`; `scale` and `shift` `[c]`. Output: the shape of `x`.
/// - Cost: that of the two operations, but each element is read and written once.
struct AffineActivation: Operation {
  static let name = "affine_activation"
  let activation: ActivationFunction

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try ScaleShift().outputShape(inputs)
  }

  func cost(_ inputs: [Shape]) -> Cost {
    let affine = ScaleShift().cost(inputs)
    let operations = Activation(activation).cost(inputs).operations
    return Cost(operations: affine.operations + operations, bytes: affine.bytes)
  }

  func reference(_ inputs: [Reference]) -> Reference {
    Activation(activation).reference([ScaleShift().reference(inputs)])
  }
}

extension AffineActivation: Kernel {
  var reusableInputs: [Int] { [0] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    ElementCall(binding, try binding.operand(0)).kernelCall(
      activation: activation, scale: try binding.operand(1), shift: try binding.operand(2))
  }
}
