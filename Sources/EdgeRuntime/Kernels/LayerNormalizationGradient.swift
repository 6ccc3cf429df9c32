import CEdgeKernels
import EdgeGraph

extension LayerNormalizationGradient: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    RowParts.temporaryCount(columns: 2 * request.inputs[1].columns, request.options)
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, x) = (try binding.operand(0), try binding.operand(1))
    let weight = try binding.operand(2)
    let output = binding.output
    let (columns, epsilon, code) = (x.columns, Float(epsilon), binding.isa.code)
    let parts = RowParts(binding, rows: x.rows, columns: 2 * columns)
    let rows = unsafe parts.callByBlocks { frame, range, sums in
      let first = range.lowerBound
      unsafe ek_layer_norm_gradient_f32(
        code, Int64(range.count), Int64(columns), dy.pointer(frame, row: first),
        Int64(dy.stride), x.pointer(frame, row: first), Int64(x.stride), weight.pointer(frame),
        epsilon, output.pointer(frame) + first * columns, Int64(columns), sums, sums + columns)
    }
    return KernelCall(before: [rows], items: 2 * columns) { frame, range in
      unsafe parts.add(frame, range, to: output.pointer(frame) + x.rows * columns)
    }
  }
}
