import CEdgeKernels
import EdgeGraph

/// Rows of the output, one after another.
extension BilinearResize: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (x, output) = (try binding.operand(0), binding.output)
    let image = binding.inputs[0].shape
    let rows = LinearTap.taps(from: image[1], to: height)
    let columns = ek_linear_tap.taps(from: image[2], to: width)
    let code = binding.isa.code
    return KernelCall(items: image[0] * height, scratchCount: image[2] * image[3]) {
      [height, width] frame, range in
      for row in range {
        let (first, tap) = (row / height * image[1], rows[row % height])
        unsafe ek_resize_row_f32(
          code, Int64(image[2]), Int64(width), Int64(x.columns), columns, Float(tap.share),
          x.pointer(frame, row: (first + tap.first) * image[2]),
          x.pointer(frame, row: (first + tap.second) * image[2]), Int64(x.stride),
          output.pointer(frame, row: row * width), Int64(output.stride), frame.scratch)
      }
    }
  }
}

extension ek_linear_tap {
  /// What all places of a resized axis are made of.
  static func taps(from extent: Int, to size: Int) -> [ek_linear_tap] {
    LinearTap.taps(from: extent, to: size).map { tap in
      ek_linear_tap(first: Int64(tap.first), second: Int64(tap.second), share: Float(tap.share))
    }
  }
}
