import CEdgeKernels
import EdgeGraph

extension CrossEntropy: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let code = binding.isa.code
    return unsafe try LossOperands(binding).loss { rows, columns, z, zStride, t, tStride, y in
      unsafe ek_cross_entropy_f32(code, rows, columns, z, zStride, t, tStride, y)
    }
  }
}
