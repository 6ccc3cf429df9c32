import CEdgeKernels
import EdgeGraph

extension IndexedCrossEntropyGradient: Kernel {
  var reusableInputs: [Int] { [1] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (logits, output) = (try binding.operand(1), binding.output)
    let (dy, labels) = (try binding.contiguousOperand(0), try binding.contiguousOperand(2))
    let code = binding.isa.code
    return KernelCall(items: logits.rows) { frame, range in
      let row = range.lowerBound
      unsafe ek_indexed_cross_entropy_gradient_f32(
        code, Int64(range.count), Int64(logits.columns), dy.pointer(frame) + row,
        logits.pointer(frame, row: row), Int64(logits.stride), labels.pointer(frame) + row,
        output.pointer(frame, row: row), Int64(output.stride))
    }
  }
}
