import CEdgeKernels
import EdgeGraph

extension CrossEntropyGradient: Kernel {
  var reusableInputs: [Int] { [1] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let code = binding.isa.code
    let (dy, operands) = (try binding.operand(0), try LossOperands(binding, first: 1))
    return unsafe operands.gradient(dy) { rows, columns, dy, z, zStride, t, tStride, dz, dzStride in
      unsafe ek_cross_entropy_gradient_f32(
        code, rows, columns, dy, z, zStride, t, tStride, dz, dzStride)
    }
  }
}
