import CEdgeKernels
import EdgeGraph

extension SmoothL1: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (predictions, targets) = (try binding.operand(0), try binding.operand(1))
    let (labels, output) = (try binding.contiguousOperand(2), try binding.contiguousOutput())
    let code = binding.isa.code
    return KernelCall(items: predictions.rows) { frame, range in
      let row = range.lowerBound
      unsafe ek_smooth_l1_f32(
        code, Int64(range.count), Int64(predictions.columns),
        predictions.pointer(frame, row: row), Int64(predictions.stride),
        targets.pointer(frame, row: row), Int64(targets.stride), labels.pointer(frame) + row,
        output.pointer(frame) + row)
    }
  }
}
