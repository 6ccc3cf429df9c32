import CEdgeKernels
import EdgeGraph

extension Scale: Kernel {
  var reusableInputs: [Int] { [0] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let output = binding.output
    let (factor, code) = (Float(factor), binding.isa.code)
    return KernelCall(items: x.rows) { frame, range in
      unsafe ek_affine_f32(
        code, Int64(range.count), Int64(x.columns), factor, 0,
        x.pointer(frame, row: range.lowerBound), Int64(x.stride),
        output.pointer(frame, row: range.lowerBound), Int64(output.stride))
    }
  }
}
