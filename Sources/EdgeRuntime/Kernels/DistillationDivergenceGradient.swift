import CEdgeKernels
import EdgeGraph

extension DistillationDivergenceGradient: Kernel {
  var reusableInputs: [Int] { [1, 2] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let code = binding.isa.code
    let (dy, operands) = (try binding.operand(0), try LossOperands(binding, first: 1))
    let temperature = Float(temperature)
    return unsafe operands.gradient(dy) { rows, columns, dy, s, sStride, t, tStride, ds, dsStride in
      unsafe ek_distillation_gradient_f32(
        code, rows, columns, temperature, dy, s, sStride, t, tStride, ds, dsStride)
    }
  }
}
