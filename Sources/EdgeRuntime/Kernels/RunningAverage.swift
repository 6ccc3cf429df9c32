import CEdgeKernels
import EdgeGraph

extension RunningAverage: Kernel {
  var reusableInputs: [Int] { [0] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (old, statistics) = (try binding.operand(0), try binding.operand(1))
    let output = binding.output
    let (keep, take) = (Float(1 - momentum), Float(momentum * correction))
    return KernelCall(items: 1) { [row] frame, _ in
      unsafe ek_blend_f32(
        Int64(old.columns), keep, old.pointer(frame), take, statistics.pointer(frame, row: row),
        output.pointer(frame))
    }
  }
}
