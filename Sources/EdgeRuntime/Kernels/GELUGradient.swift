import CEdgeKernels
import EdgeGraph

extension GELUGradient: Kernel {
  var reusableInputs: [Int] { [0, 1] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    try ActivationGradient(binding).call(.gelu)
  }
}

/// The derivative of an activation: `dy` and `x` are inputs 0 and 1 of an operation.
struct ActivationGradient {
  private let dy, x, output: Operand
  private let isa: ISA

  init(_ binding: Binding) throws(RuntimeError) {
    dy = try binding.operand(0)
    x = try binding.operand(1)
    output = binding.output
    isa = binding.isa
  }

  func call(_ activation: MatrixProduct.Activation) -> KernelCall {
    KernelCall(items: x.rows) { [dy, x, output, isa] frame, range in
      let first = range.lowerBound
      unsafe ek_activation_gradient_f32(
        isa.code, Int64(range.count), Int64(x.columns), activation.code,
        dy.pointer(frame, row: first), Int64(dy.stride), x.pointer(frame, row: first),
        Int64(x.stride), output.pointer(frame, row: first), Int64(output.stride))
    }
  }
}
