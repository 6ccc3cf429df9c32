import CEdgeKernels
import EdgeGraph

extension CrossCovarianceAttention: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let qkv = try binding.operand(0)
    let output = binding.output
    let temperature = try binding.operand(1)
    let images = binding.shape[0]
    let (tokens, width) = (qkv.rows / images, output.columns / heads)
    let (code, heads) = (binding.isa.code, heads)
    let scratch = Int(ek_xca_scratch_count(code, Int64(width)))
    return KernelCall(items: images * heads, scratchCount: scratch) { frame, range in
      for item in range {
        let (row, column) = (item / heads * tokens, item % heads * width)
        let q = unsafe qkv.pointer(frame, row: row) + column
        unsafe ek_xca_f32(
          code, Int64(tokens), Int64(width), q, q + output.columns, q + 2 * output.columns,
          Int64(qkv.stride), temperature.pointer(frame)[item % heads],
          output.pointer(frame, row: row) + column, Int64(output.stride), frame.scratch)
      }
    }
  }
}
