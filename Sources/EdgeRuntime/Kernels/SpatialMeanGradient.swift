import CEdgeKernels
import EdgeGraph

extension SpatialMeanGradient: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let dy = try binding.operand(0)
    let output = binding.output
    let (pixels, code) = (height * width, binding.isa.code)
    return KernelCall(items: dy.rows) { frame, range in
      for image in range {
        unsafe ek_affine_f32(
          code, Int64(pixels), Int64(dy.columns), 1 / Float(pixels), 0,
          dy.pointer(frame, row: image), 0, output.pointer(frame, row: image * pixels),
          Int64(output.stride))
      }
    }
  }
}
