import CEdgeKernels
import EdgeGraph

extension IndexedCrossEntropy: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (logits, code) = (try binding.operand(0), binding.isa.code)
    let (labels, output) = (try binding.contiguousOperand(1), try binding.contiguousOutput())
    return KernelCall(items: logits.rows) { frame, range in
      let row = range.lowerBound
      unsafe ek_indexed_cross_entropy_f32(
        code, Int64(range.count), Int64(logits.columns), logits.pointer(frame, row: row),
        Int64(logits.stride), labels.pointer(frame) + row, output.pointer(frame) + row)
    }
  }
}
