import CEdgeKernels
import EdgeGraph

/// Rows of the image that was sampled, one after another.
extension SubsampleGradient: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, output) = (try binding.operand(0), binding.output)
    let samples = binding.inputs[0].shape
    return KernelCall(items: binding.shape[0] * height) { [self] frame, range in
      for row in range {
        output.clear(frame, rows: row * width..<(row + 1) * width)
        let (image, y) = (row / height, row % height)
        guard y % stride == 0 else { continue }
        unsafe ek_copy_f32(
          Int64(samples[2]), Int64(dy.columns),
          dy.pointer(frame, row: (image * samples[1] + y / stride) * samples[2]),
          Int64(dy.stride), output.pointer(frame, row: row * width),
          Int64(stride * output.stride))
      }
    }
  }
}

extension Operand {
  /// Sets rows to zero.
  func clear(_ frame: Frame, rows: Range<Int>) {
    if isContiguous {
      unsafe pointer(frame, row: rows.lowerBound).update(
        repeating: 0, count: rows.count * columns)
      return
    }
    for row in rows { unsafe pointer(frame, row: row).update(repeating: 0, count: columns) }
  }
}
