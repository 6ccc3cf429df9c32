import CEdgeKernels
import EdgeGraph

extension MaxPoolGradient: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, x) = (try binding.operand(0), try binding.operand(1))
    let (output, code) = (binding.output, binding.isa.code)
    let (result, image) = (binding.inputs[0].shape, binding.shape)
    let windows = pool.windows(image, stride: x.stride, result, stride: dy.stride)
    return KernelCall(items: image[0] * image[1]) { frame, range in
      var shape = windows
      range.eachImage(height: image[1]) { index, rows in
        let pixel = index * image[1] * image[2]
        unsafe ek_max_pool_gradient_f32(
          code, &shape, dy.pointer(frame, row: index * result[1] * result[2]),
          x.pointer(frame, row: pixel), Int64(rows.lowerBound), Int64(rows.upperBound),
          output.pointer(frame, row: pixel), Int64(output.stride))
      }
    }
  }
}
