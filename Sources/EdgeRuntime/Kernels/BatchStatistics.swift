import CEdgeKernels
import EdgeGraph

extension BatchStatistics: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    RowParts.temporaryCount(columns: 2 * request.inputs[0].columns, request.options)
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let output = binding.output
    let (columns, code) = (x.columns, binding.isa.code)
    let parts = RowParts(binding, rows: x.rows, columns: 2 * columns)
    let rows = unsafe parts.call { frame, range, moments in
      if range.isEmpty { return }
      unsafe ek_moments_f32(
        code, Int64(range.count), Int64(columns), x.pointer(frame, row: range.lowerBound),
        Int64(x.stride), moments, moments + columns)
    }
    return KernelCall(before: [rows], items: columns) { frame, range in
      let count = Int64(range.count)
      let mean = unsafe output.pointer(frame) + range.lowerBound
      let variance = unsafe output.pointer(frame, row: 1) + range.lowerBound
      for part in 0..<parts.count where !parts.range(part).isEmpty {
        let moments = unsafe parts.pointer(frame, part) + range.lowerBound
        let rows = parts.range(part)
        if rows.lowerBound == 0 {
          unsafe ek_copy_f32(1, count, moments, count, mean, count)
          unsafe ek_copy_f32(1, count, moments + columns, count, variance, count)
        } else {
          unsafe ek_merge_moments_f32(
            code, count, Float(rows.count) / Float(rows.upperBound), moments, moments + columns,
            mean, variance)
        }
      }
    }
  }
}
