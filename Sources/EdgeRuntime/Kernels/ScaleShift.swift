import CEdgeKernels
import EdgeGraph

extension ScaleShift: Kernel {
  var reusableInputs: [Int] { [0] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let call = ElementCall(binding, try binding.operand(0))
    return call.kernelCall(scale: try binding.operand(1), shift: try binding.operand(2))
  }
}

/// A call that treats every row alike, channel by channel.
struct ElementCall {
  private let x, output: Operand
  private let isa: ISA

  init(_ binding: Binding, _ x: Operand) {
    self.x = x
    output = binding.output
    isa = binding.isa
  }

  func kernelCall(
    activation: ActivationFunction? = nil, scale: Operand? = nil, shift: Operand? = nil
  ) -> KernelCall {
    let code = activation?.code ?? EK_IDENTITY
    return KernelCall(items: x.rows) { [x, output, isa] frame, range in
      unsafe ek_scale_shift_f32(
        isa.code, Int64(range.count), Int64(x.columns), x.pointer(frame, row: range.lowerBound),
        Int64(x.stride), scale?.pointer(frame), shift?.pointer(frame), code,
        output.pointer(frame, row: range.lowerBound), Int64(output.stride))
    }
  }
}
