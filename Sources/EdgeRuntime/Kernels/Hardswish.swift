import EdgeGraph

extension Hardswish: Kernel {
  var reusableInputs: [Int] { [0] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    ElementCall(binding, try binding.operand(0)).kernelCall(activation: .hardswish)
  }
}
