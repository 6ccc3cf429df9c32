import CEdgeKernels
import EdgeGraph

/// Rows of the output, one after another.
extension Subsample: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (x, output) = (try binding.operand(0), binding.output)
    let image = binding.inputs[0].shape
    let (rows, columns) = (binding.shape[1], binding.shape[2])
    return KernelCall(items: binding.shape[0] * rows) { [stride] frame, range in
      for row in range {
        let source = row / rows * image[1] + row % rows * stride
        unsafe ek_copy_f32(
          Int64(columns), Int64(x.columns), x.pointer(frame, row: source * image[2]),
          Int64(stride * x.stride), output.pointer(frame, row: row * columns),
          Int64(output.stride))
      }
    }
  }
}
