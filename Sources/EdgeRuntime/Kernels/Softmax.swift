import CEdgeKernels
import EdgeGraph

extension Softmax: Kernel {
  var reusableInputs: [Int] { [0] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (x, output, code) = (try binding.operand(0), binding.output, binding.isa.code)
    return KernelCall(items: x.rows) { frame, range in
      let row = range.lowerBound
      unsafe ek_softmax_f32(
        code, Int64(range.count), Int64(x.columns), x.pointer(frame, row: row), Int64(x.stride),
        output.pointer(frame, row: row), Int64(output.stride))
    }
  }
}
