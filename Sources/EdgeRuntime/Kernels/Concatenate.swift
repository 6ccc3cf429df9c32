import CEdgeKernels
import EdgeGraph

/// Copies the parts that were not written in place.
extension Concatenate: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    var copies: [(part: Operand, column: Int)] = []
    var column = 0
    for index in binding.inputs.indices {
      let part = try binding.operand(index)
      if !part.lies(in: binding.output, at: column) { copies.append((part, column)) }
      column += part.columns
    }
    let output = binding.output
    return KernelCall(items: copies.isEmpty ? 0 : output.rows) { [copies] frame, range in
      for (part, column) in copies {
        unsafe ek_copy_f32(
          Int64(range.count), Int64(part.columns), part.pointer(frame, row: range.lowerBound),
          Int64(part.stride), output.pointer(frame, row: range.lowerBound) + column,
          Int64(output.stride))
      }
    }
  }
}
