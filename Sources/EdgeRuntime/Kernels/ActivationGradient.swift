import CEdgeKernels
import EdgeGraph

extension ActivationGradient: Kernel {
  var reusableInputs: [Int] { [0, 1] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, x) = (try binding.operand(0), try binding.operand(1))
    let (output, isa, code) = (binding.output, binding.isa.code, function.code)
    return KernelCall(items: x.rows) { frame, range in
      let first = range.lowerBound
      unsafe ek_activation_gradient_f32(
        isa, Int64(range.count), Int64(x.columns), code, dy.pointer(frame, row: first),
        Int64(dy.stride), x.pointer(frame, row: first), Int64(x.stride),
        output.pointer(frame, row: first), Int64(output.stride))
    }
  }
}
