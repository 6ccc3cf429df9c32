import CEdgeKernels
import EdgeGraph

/// Depthwise convolutions. Dense ones become matrix products; see ``FuseProducts``.
extension Convolution: Kernel {
  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let weight = binding.inputs[1].shape
    guard isDepthwise(weight: weight) else {
      throw .unsupported(
        operation: Self.name, path: binding.path,
        reason: "groups of several channels; expected 1 group, or one for each channel")
    }
    let x = try binding.operand(0)
    let output = binding.output
    let (image, result) = (binding.inputs[0].shape, binding.shape)
    let taps = try binding.constant(1, .taps)
    let bias = hasBias ? try binding.operand(2) : nil
    let shape = ek_depthwise_shape(
      height: Int64(image[1]), width: Int64(image[2]), channels: Int64(image[3]),
      input_pixel_stride: Int64(x.stride), output_height: Int64(result[1]),
      output_width: Int64(result[2]), output_pixel_stride: Int64(output.stride),
      kernel_height: Int64(weight[2]), kernel_width: Int64(weight[3]), stride: Int64(stride),
      padding_top: Int64(padding), padding_left: Int64(padding), dilation: 1)
    let (rows, code) = (result[1], binding.isa.code)
    return KernelCall(items: result[0] * rows) { frame, range in
      var shape = shape
      for index in range.lowerBound / max(rows, 1)..<(range.upperBound + rows - 1) / rows {
        let first = max(range.lowerBound - index * rows, 0)
        let end = min(range.upperBound - index * rows, rows)
        unsafe ek_depthwise_f32(
          code, &shape, x.pointer(frame, row: index * image[1] * image[2]), taps.pointer,
          bias?.pointer(frame), Int64(first), Int64(end),
          output.pointer(frame, row: index * result[1] * result[2]))
      }
    }
  }
}
