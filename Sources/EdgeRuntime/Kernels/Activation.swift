import CEdgeKernels
import EdgeGraph

extension Activation: Kernel {
  var reusableInputs: [Int] { [0] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    ElementCall(binding, try binding.operand(0)).kernelCall(activation: function)
  }
}

extension ActivationFunction {
  var code: ek_activation {
    switch self {
    case .gelu: EK_GELU
    case .hardswish: EK_HARDSWISH
    case .silu: EK_SILU
    case .relu: EK_RELU
    case .relu6: EK_RELU6
    case .hardsigmoid: EK_HARDSIGMOID
    case .sigmoid: EK_SIGMOID
    }
  }
}
