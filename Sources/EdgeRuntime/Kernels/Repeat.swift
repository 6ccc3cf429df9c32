import CEdgeKernels
import EdgeGraph

extension Repeat: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let output = binding.output
    let axes = try RepeatedAxes(binding.inputs[0].shape, over: shape, Self.name, binding)
    guard axes.inner > 1 else {
      let rows = axes.repeated / output.columns
      return KernelCall(items: output.rows) { frame, range in
        for row in range {
          let value = unsafe x.pointer(frame, row: row / rows).pointee
          unsafe output.pointer(frame, row: row).update(repeating: value, count: output.columns)
        }
      }
    }
    let lines = axes.inner / output.columns
    return KernelCall(items: output.rows) { frame, range in
      var row = range.lowerBound
      while row < range.upperBound {
        let source = row / (lines * axes.repeated) * lines + row % lines
        // One row for all that follow, or as many as lie side by side.
        let isSame = lines == 1
        let end = isSame ? (row / axes.repeated + 1) * axes.repeated : (row / lines + 1) * lines
        let count = min(end, range.upperBound) - row
        unsafe ek_copy_f32(
          Int64(count), Int64(output.columns), x.pointer(frame, row: source),
          Int64(isSame ? 0 : x.stride), output.pointer(frame, row: row), Int64(output.stride))
        row += count
      }
    }
  }
}
