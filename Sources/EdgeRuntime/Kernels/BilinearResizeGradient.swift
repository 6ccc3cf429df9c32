import CEdgeKernels
import EdgeGraph

/// Rows of the image that was resized, one after another; each is the sum of the rows that it
/// entered.
extension BilinearResizeGradient: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, output) = (try binding.operand(0), binding.output)
    let result = binding.inputs[0].shape
    let entered = Self.entered(from: height, to: result[1])
    let columns = ek_linear_tap.taps(from: width, to: result[2])
    let code = binding.isa.code
    return KernelCall(items: result[0] * height) { [height, width] frame, range in
      for row in range {
        output.clear(frame, rows: row * width..<(row + 1) * width)
        for (index, weight) in entered[row % height] {
          unsafe ek_resize_row_gradient_f32(
            code, Int64(result[2]), Int64(dy.columns), columns, weight,
            dy.pointer(frame, row: (row / height * result[1] + index) * result[2]),
            Int64(dy.stride), output.pointer(frame, row: row * width), Int64(output.stride))
        }
      }
    }
  }

  /// For every row of the image, the rows of the result that it enters, each with its weight.
  private static func entered(
    from extent: Int, to size: Int
  ) -> [[(index: Int, weight: Float)]] {
    var result = [[(index: Int, weight: Float)]](repeating: [], count: extent)
    for (index, tap) in LinearTap.taps(from: extent, to: size).enumerated() {
      result[tap.first].append((index, Float(1 - tap.share)))
      if tap.share > 0 { result[tap.second].append((index, Float(tap.share))) }
    }
    return result
  }
}
