import CEdgeKernels
import EdgeGraph

extension SpatialMean: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let output = binding.output
    let (pixels, code) = (x.rows / output.rows, binding.isa.code)
    return KernelCall(items: output.rows) { frame, range in
      for image in range {
        unsafe ek_mean_rows_f32(
          code, Int64(pixels), Int64(x.columns), x.pointer(frame, row: image * pixels),
          Int64(x.stride), output.pointer(frame, row: image))
      }
    }
  }
}
