import CEdgeKernels
import EdgeGraph

extension Repeat: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let output = binding.output
    let axes = try RepeatedAxes(binding.inputs[0].shape, over: shape, Self.name, binding)
    let rows = axes.rows(columns: output.columns)
    guard axes.inner > 1 else {
      return KernelCall(items: output.rows) { frame, range in
        rows.eachRun(range) { run, source in
          let value = unsafe x.pointer(frame, row: source).pointee
          for row in run {
            unsafe output.pointer(frame, row: row).update(repeating: value, count: output.columns)
          }
        }
      }
    }
    return KernelCall(items: output.rows) { frame, range in
      rows.eachRun(range) { run, source in
        unsafe ek_copy_f32(
          Int64(run.count), Int64(output.columns), x.pointer(frame, row: source),
          Int64(rows.isSingle ? 0 : x.stride), output.pointer(frame, row: run.lowerBound),
          Int64(output.stride))
      }
    }
  }
}
