import CEdgeKernels
import EdgeGraph

/// One head of one image after another; then the images' derivatives of the temperature are added
/// in order.
extension CrossCovarianceAttentionGradient: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int { request.inputs[0][0] * heads }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, qkv) = (try binding.operand(0), try binding.operand(1))
    let temperature = try binding.operand(2)
    let (output, temporary) = (binding.output, binding.temporary)
    let images = binding.inputs[0].shape[0]
    let (tokens, channels) = (dy.rows / images, dy.columns)
    let (code, heads, width) = (binding.isa.code, heads, dy.columns / heads)
    let scratch = Int(ek_xca_gradient_scratch_count(code, Int64(width)))
    let parts = KernelCall(items: images * heads, scratchCount: scratch) { frame, range in
      for item in range {
        let (row, column) = (item / heads * tokens, item % heads * width)
        let q = unsafe qkv.pointer(frame, row: row) + column
        let dq = unsafe output.pointer(frame) + row * qkv.columns + column
        unsafe ek_xca_gradient_f32(
          code, Int64(tokens), Int64(width), dy.pointer(frame, row: row) + column,
          Int64(dy.stride), q, q + channels, q + 2 * channels, Int64(qkv.stride),
          temperature.pointer(frame, row: item % heads)[0], dq, dq + channels, dq + 2 * channels,
          Int64(qkv.columns), temporary.pointer(frame) + item, frame.scratch)
      }
    }
    return KernelCall(before: [parts], items: 1) { frame, _ in
      unsafe ek_add_parts_f32(
        code, Int64(images), Int64(heads), temporary.pointer(frame), Int64(heads),
        output.pointer(frame) + qkv.rows * qkv.columns)
    }
  }
}
