import EdgeGraph

extension HardswishGradient: Kernel {
  var reusableInputs: [Int] { [0, 1] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    try ActivationGradient(binding).call(.hardswish)
  }
}
