import CEdgeKernels
import EdgeGraph

/// Copies a channel slice; what lies in one piece is a view and needs no call.
extension Reshape: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let output = binding.output
    return KernelCall(items: x.rows) { frame, range in
      unsafe ek_copy_f32(
        Int64(range.count), Int64(x.columns), x.pointer(frame, row: range.lowerBound),
        Int64(x.stride), output.pointer(frame) + range.lowerBound * x.columns,
        Int64(x.columns))
    }
  }
}
