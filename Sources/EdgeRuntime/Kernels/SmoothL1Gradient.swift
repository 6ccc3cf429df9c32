import CEdgeKernels
import EdgeGraph

extension SmoothL1Gradient: Kernel {
  var reusableInputs: [Int] { [1, 2] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (predictions, targets) = (try binding.operand(1), try binding.operand(2))
    let (dy, labels) = (try binding.contiguousOperand(0), try binding.contiguousOperand(3))
    let (output, code) = (binding.output, binding.isa.code)
    return KernelCall(items: predictions.rows) { frame, range in
      let row = range.lowerBound
      unsafe ek_smooth_l1_gradient_f32(
        code, Int64(range.count), Int64(predictions.columns), dy.pointer(frame) + row,
        predictions.pointer(frame, row: row), Int64(predictions.stride),
        targets.pointer(frame, row: row), Int64(targets.stride), labels.pointer(frame) + row,
        output.pointer(frame, row: row), Int64(output.stride))
    }
  }
}
