import CEdgeKernels
import EdgeGraph

extension Pad: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let (image, output) = (binding.inputs[0].shape, binding.output)
    guard output.isContiguous else {
      throw .unsupported(
        operation: Self.name, path: binding.path, reason: "padding into a channel slice")
    }
    let (rows, columns) = (binding.shape[1], binding.shape[2])
    return KernelCall(items: binding.shape[0] * rows) { [start, end] frame, range in
      for row in range {
        let line = unsafe output.pointer(frame, row: row * columns)
        let y = row % rows - start
        guard y >= 0, y < image[1] else {
          unsafe line.update(repeating: 0, count: columns * output.columns)
          continue
        }
        let (before, after) = (start * output.columns, end * output.columns)
        unsafe line.update(repeating: 0, count: before)
        unsafe ek_copy_f32(
          Int64(image[2]), Int64(x.columns),
          x.pointer(frame, row: (row / rows * image[1] + y) * image[2]), Int64(x.stride),
          line + before, Int64(output.stride))
        unsafe (line + (columns * output.columns - after)).update(repeating: 0, count: after)
      }
    }
  }
}
