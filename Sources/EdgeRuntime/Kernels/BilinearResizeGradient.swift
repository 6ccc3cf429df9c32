import CEdgeKernels
import EdgeGraph

/// Rows of the image that was resized, one after another. The rows that one entered are summed first,
/// and then their columns.
extension BilinearResizeGradient: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, output) = (try binding.operand(0), binding.output)
    let result = binding.inputs[0].shape
    let entered = Self.entered(from: height, to: result[1])
    let columns = ek_linear_tap.taps(from: width, to: result[2])
    let code = binding.isa.code
    let channels = dy.columns
    // Numbers of a row that follow each other, and how often they do.
    let (run, runs) = dy.isContiguous ? (result[2] * channels, 1) : (channels, result[2])
    return KernelCall(items: result[0] * height, scratchCount: result[2] * channels) {
      [height, width] frame, range in
      let sum = unsafe frame.scratch
      for row in range {
        unsafe sum.update(repeating: 0, count: run * runs)
        for (index, weight) in entered[row % height] {
          let first = (row / height * result[1] + index) * result[2]
          for pixel in 0..<runs {
            unsafe ek_add_scaled_f32(
              code, Int64(run), weight, dy.pointer(frame, row: first + pixel), sum + pixel * run)
          }
        }
        output.clear(frame, rows: row * width..<(row + 1) * width)
        unsafe ek_resize_row_gradient_f32(
          code, Int64(result[2]), Int64(channels), columns, 1, sum, Int64(channels),
          output.pointer(frame, row: row * width), Int64(output.stride))
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
