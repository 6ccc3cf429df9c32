import CEdgeKernels
import EdgeGraph

extension ArgMax: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (x, code) = (try binding.operand(0), binding.isa.code)
    let output = try binding.contiguousOutput()
    return KernelCall(items: x.rows) { frame, range in
      let row = range.lowerBound
      unsafe ek_argmax_f32(
        code, Int64(range.count), Int64(x.columns), x.pointer(frame, row: row), Int64(x.stride),
        output.pointer(frame) + row)
    }
  }
}
