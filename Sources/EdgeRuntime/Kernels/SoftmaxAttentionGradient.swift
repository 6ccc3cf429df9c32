import CEdgeKernels
import EdgeGraph

/// One head of one group of tokens after another; each is summed by one thread.
extension SoftmaxAttentionGradient: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, output) = (try binding.operand(0), binding.output)
    let heads = AttentionHeads(
      try binding.operand(1), groups: TokenGroups(binding.inputs[1].shape, patch: patch),
      heads: heads)
    let (code, channels) = (binding.isa.code, dy.columns)
    let (dyGrid, outputGrid) = (heads.groups.grid(of: dy), heads.groups.grid(of: output))
    let scratch = Int(
      ek_softmax_attention_gradient_scratch_count(
        code, Int64(heads.groups.tokens), Int64(heads.width)))
    return KernelCall(items: heads.count, scratchCount: scratch) { frame, range in
      for index in range {
        var head = unsafe heads.head(index, frame)
        var (dyGrid, outputGrid) = (dyGrid, outputGrid)
        let dq = unsafe heads.pointer(index, in: output, frame)
        unsafe ek_softmax_attention_gradient_f32(
          code, &head, heads.pointer(index, in: dy, frame), &dyGrid, dq, dq + channels,
          dq + 2 * channels, &outputGrid, frame.scratch)
      }
    }
  }
}
