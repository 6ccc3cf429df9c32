import CEdgeKernels
import EdgeGraph

/// Rows of the output, one after another.
extension DepthwiseTransposedConvolution: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    GroupedTaps.temporaryCount(request, 1, .forward)
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (x, output) = (try binding.operand(0), binding.output)
    let taps = try GroupedTaps(binding, 1, groups: x.columns)
    let bias = try binding.operand(2)
    let (columns, code) = (binding.inputs[0].shape[2], binding.isa.code)
    let rows = binding.shape[0] * binding.shape[1]
    return KernelCall(before: taps.packing, items: rows) { [stride] frame, range in
      for row in range {
        unsafe ek_depthwise_transposed_f32(
          code, Int64(columns), Int64(x.columns), Int64(stride),
          x.pointer(frame, row: row / stride * columns), Int64(x.stride),
          taps.operand.pointer(frame, row: row % stride * stride), bias.pointer(frame),
          output.pointer(frame, row: row * columns * stride), Int64(output.stride))
      }
    }
  }
}
