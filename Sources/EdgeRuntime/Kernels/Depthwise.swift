import CEdgeKernels
import EdgeGraph

/// The sizes of a depthwise convolution of a batch, as the kernels want them.
struct DepthwiseSizes {
  /// For one image.
  let shape: ek_depthwise_shape
  private let input, output: Shape

  /// - Parameters:
  ///   - x, y: the matrices of what the convolution reads and writes, or of their gradients.
  init(
    _ convolution: Convolution, _ x: Operand, _ input: Shape, weight: Shape, _ y: Operand,
    _ output: Shape
  ) {
    self.input = input
    self.output = output
    shape = ek_depthwise_shape(
      height: Int64(input[1]), width: Int64(input[2]), channels: Int64(input[3]),
      input_pixel_stride: Int64(x.stride), output_height: Int64(output[1]),
      output_width: Int64(output[2]), output_pixel_stride: Int64(y.stride),
      kernel_height: Int64(weight[2]), kernel_width: Int64(weight[3]),
      stride: Int64(convolution.stride), padding_top: Int64(convolution.padding),
      padding_left: Int64(convolution.padding), dilation: 1)
  }

  /// Of a convolution of stride 1, those of the convolution of the output's gradient with the taps in
  /// reverse order, which is the input's.
  var reversed: ek_depthwise_shape {
    ek_depthwise_shape(
      height: shape.output_height, width: shape.output_width, channels: shape.channels,
      input_pixel_stride: shape.output_pixel_stride, output_height: shape.height,
      output_width: shape.width, output_pixel_stride: shape.input_pixel_stride,
      kernel_height: shape.kernel_height, kernel_width: shape.kernel_width, stride: 1,
      padding_top: shape.kernel_height - 1 - shape.padding_top,
      padding_left: shape.kernel_width - 1 - shape.padding_left, dilation: 1)
  }

  var inputRows: Int { input[0] * input[1] }
  var outputRows: Int { output[0] * output[1] }

  /// A range of the rows of all inputs, image by image.
  @inline(__always)
  func eachImage(ofInputs rows: Range<Int>, _ body: (DepthwiseRows) -> Void) {
    eachImage(rows, height: input[1], body)
  }

  /// A range of the rows of all outputs, image by image.
  @inline(__always)
  func eachImage(ofOutputs rows: Range<Int>, _ body: (DepthwiseRows) -> Void) {
    eachImage(rows, height: output[1], body)
  }

  @inline(__always)
  private func eachImage(_ rows: Range<Int>, height: Int, _ body: (DepthwiseRows) -> Void) {
    let height = max(height, 1)
    for image in rows.lowerBound / height..<(rows.upperBound + height - 1) / height {
      body(
        DepthwiseRows(
          first: Int64(max(rows.lowerBound - image * height, 0)),
          end: Int64(min(rows.upperBound - image * height, height)),
          inputPixel: image * input[1] * input[2], outputPixel: image * output[1] * output[2]))
    }
  }
}

/// Rows `first ..< end` of one image, and the places of its first pixels in the batch.
struct DepthwiseRows {
  let first, end: Int64
  let inputPixel, outputPixel: Int
}

/// A weight `[c, 1, kh, kw]` as taps `[kh · kw, c]`.
struct DepthwiseTaps {
  let operand: Operand
  /// The call that makes them of a weight that changes between runs.
  let packing: [KernelCall]

  /// Floats of temporary memory of a weight that changes, or whose taps are reversed.
  static func temporaryCount(_ request: TemporaryRequest, _ index: Int, isReversed: Bool) -> Int {
    request.isConstant[index] && !isReversed ? 0 : request.inputs[index].count
  }

  init(_ binding: Binding, _ index: Int, isReversed: Bool = false) throws(RuntimeError) {
    let shape = binding.inputs[index].shape
    let (channels, count) = (shape[0], shape[2] * shape[3])
    if binding.isConstant(index), !isReversed {
      operand = Operand(
        constant: try binding.constant(index, .taps), rows: count, columns: channels)
      packing = []
      return
    }
    let weight = try binding.contiguousOperand(index)
    let taps = binding.temporary.view([count, channels], from: 0, stride: channels)
    operand = taps
    packing = [
      KernelCall(items: channels) { frame, range in
        unsafe ek_transpose_f32(
          Int64(range.count), Int64(count), weight.pointer(frame) + range.lowerBound * count,
          Int64(count),
          taps.pointer(frame, row: isReversed ? count - 1 : 0) + range.lowerBound,
          Int64(isReversed ? -channels : channels))
      }
    ]
  }
}

extension Binding {
  /// An input whose rows lie one after another.
  func contiguousOperand(_ index: Int) throws(RuntimeError) -> Operand {
    let operand = try operand(index)
    guard operand.isContiguous else { throw notContiguous("input \(index)") }
    return operand
  }

  /// The output, if its rows lie one after another.
  func contiguousOutput() throws(RuntimeError) -> Operand {
    guard output.isContiguous else { throw notContiguous("the output") }
    return output
  }

  private func notContiguous(_ what: String) -> RuntimeError {
    .unsupported(
      operation: "binding", path: path,
      reason: "\(what) is a channel slice; expected rows that lie one after another")
  }
}
