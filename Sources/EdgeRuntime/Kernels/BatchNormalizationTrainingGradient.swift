import CEdgeKernels
import EdgeGraph

/// Sums over ranges of rows; their total, and what it means for each channel; then dx, row by row.
extension BatchNormalizationTrainingGradient: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    let columns = request.inputs[1].columns
    return RowParts.temporaryCount(columns: 2 * columns, request.options) + 3 * columns
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, x) = (try binding.operand(0), try binding.operand(1))
    let (weight, statistics) = (try binding.operand(2), try binding.operand(3))
    let output = binding.output
    let (columns, epsilon, code) = (x.columns, Float(epsilon), binding.isa.code)
    let parts = RowParts(binding, rows: x.rows, columns: 2 * columns)
    let factors = binding.temporary.view(
      [3, columns], from: binding.temporary.columns - 3 * columns, stride: columns)
    let sums = unsafe parts.call { frame, range, sums in
      let first = range.lowerBound
      unsafe ek_batch_norm_sums_f32(
        code, Int64(range.count), Int64(columns), dy.pointer(frame, row: first), Int64(dy.stride),
        x.pointer(frame, row: first), Int64(x.stride), statistics.pointer(frame), sums,
        sums + columns)
    }
    let total = KernelCall(items: 1) { frame, _ in
      let dweight = unsafe output.pointer(frame) + x.rows * columns
      unsafe parts.add(frame, 0..<2 * columns, to: dweight)
      unsafe ek_batch_norm_factors_f32(
        Int64(x.rows), Int64(columns), statistics.pointer(frame, row: 1), weight.pointer(frame),
        epsilon, dweight, dweight + columns, factors.pointer(frame))
    }
    return KernelCall(before: [sums, total], items: x.rows) { frame, range in
      let first = range.lowerBound
      unsafe ek_batch_norm_gradient_f32(
        code, Int64(range.count), Int64(columns), dy.pointer(frame, row: first), Int64(dy.stride),
        x.pointer(frame, row: first), Int64(x.stride), statistics.pointer(frame),
        factors.pointer(frame), output.pointer(frame) + first * columns, Int64(columns))
    }
  }
}
