import CEdgeKernels
import EdgeGraph

extension Embed: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let output = binding.output
    return KernelCall(items: x.rows) { [lowerBound] frame, range in
      unsafe ek_embed_f32(
        Int64(range.count), Int64(x.columns), x.pointer(frame, row: range.lowerBound),
        Int64(x.stride), Int64(lowerBound), Int64(output.columns),
        output.pointer(frame, row: range.lowerBound), Int64(output.stride))
    }
  }
}
