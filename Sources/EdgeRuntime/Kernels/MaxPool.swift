import CEdgeKernels
import EdgeGraph

extension MaxPool: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (x, output, code) = (try binding.operand(0), binding.output, binding.isa.code)
    let (image, result) = (binding.inputs[0].shape, binding.shape)
    let windows = windows(image, stride: x.stride, result, stride: output.stride)
    return KernelCall(items: result[0] * result[1]) { frame, range in
      var shape = windows
      range.eachImage(height: result[1]) { index, rows in
        unsafe ek_max_pool_f32(
          code, &shape, x.pointer(frame, row: index * image[1] * image[2]),
          Int64(rows.lowerBound), Int64(rows.upperBound),
          output.pointer(frame, row: index * result[1] * result[2]))
      }
    }
  }

  /// The sizes as the kernels want them; strides are floats between pixels.
  func windows(
    _ image: Shape, stride inputStride: Int, _ result: Shape, stride outputStride: Int
  ) -> ek_pool_shape {
    ek_pool_shape(
      height: Int64(image[1]), width: Int64(image[2]), channels: Int64(image[3]),
      input_pixel_stride: Int64(inputStride), output_height: Int64(result[1]),
      output_width: Int64(result[2]), output_pixel_stride: Int64(outputStride),
      size: Int64(kernelSize), stride: Int64(stride), padding: Int64(padding))
  }
}

extension Range<Int> {
  /// This range of the rows of all images, image by image.
  ///
  /// - Parameter height: rows of an image; not zero unless the range is empty.
  @inline(__always)
  func eachImage(height: Int, _ body: (_ image: Int, _ rows: Range<Int>) -> Void) {
    var row = lowerBound
    while row < upperBound {
      let first = row / height * height
      let end = Swift.min(first + height, upperBound)
      body(row / height, row - first..<end - first)
      row = end
    }
  }
}
