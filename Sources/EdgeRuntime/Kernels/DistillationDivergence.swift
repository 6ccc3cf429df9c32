import CEdgeKernels
import EdgeGraph

extension DistillationDivergence: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let code = binding.isa.code
    let temperature = Float(temperature)
    return unsafe try LossOperands(binding).loss { rows, columns, s, sStride, t, tStride, y in
      unsafe ek_distillation_f32(code, rows, columns, temperature, s, sStride, t, tStride, y)
    }
  }
}
