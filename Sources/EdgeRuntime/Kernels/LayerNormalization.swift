import CEdgeKernels
import EdgeGraph

extension LayerNormalization: Kernel {
  var reusableInputs: [Int] { [0] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let output = binding.output
    let norm = try RowNorm(binding, epsilon: epsilon)
    return KernelCall(items: x.rows) { frame, range in
      unsafe norm.run(
        frame, x.pointer(frame, row: range.lowerBound), rows: range.count, columns: x.columns,
        stride: x.stride, to: output.pointer(frame, row: range.lowerBound),
        outputStride: output.stride)
    }
  }
}

/// A layer norm whose weight is an input of an operation, and its bias the next.
struct RowNorm {
  private let isa: ISA
  private let weight, bias: Operand
  private let epsilon: Float

  init(_ binding: Binding, epsilon: Double, weight index: Int = 1) throws(RuntimeError) {
    isa = binding.isa
    weight = try binding.operand(index)
    bias = try binding.operand(index + 1)
    self.epsilon = Float(epsilon)
  }

  @inline(__always)
  func run(
    _ frame: Frame, _ x: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int,
    to y: UnsafeMutablePointer<Float>, outputStride: Int? = nil
  ) {
    unsafe ek_layer_norm_f32(
      isa.code, Int64(rows), Int64(columns), x, Int64(stride), weight.pointer(frame),
      bias.pointer(frame), epsilon, y, Int64(outputStride ?? columns))
  }
}
