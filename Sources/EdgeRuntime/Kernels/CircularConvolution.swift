import CEdgeKernels
import EdgeGraph

/// Of depthwise circular convolutions. Dense ones become matrix products; see ``LowerCircular``.
extension CircularConvolution: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    request.isConstant[1]
      ? 0 : CircularTaps.count(request.inputs[1], extent: request.output[axis.rawValue])
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    try binding.requireDepthwise(self, Self.name)
    let taps = try CircularTaps(binding, extent: binding.shape[axis.rawValue], isBackward: false)
    return try CircularLines.call(
      binding, self, taps, bias: hasBias ? try binding.operand(2) : nil)
  }
}

/// The same with the taps in the other direction.
extension CircularConvolutionInputGradient: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    CircularTaps.count(request.inputs[1], extent: request.output[axis.rawValue])
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    try binding.requireDepthwise(convolution, Self.name)
    let taps = try CircularTaps(binding, extent: binding.shape[axis.rawValue], isBackward: true)
    return try CircularLines.call(binding, convolution, taps, bias: nil)
  }
}

extension CircularConvolutionWeightGradient: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    RowParts.temporaryCount(columns: request.output.count, request.options)
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    try binding.requireDepthwise(convolution, Self.name)
    let (dy, x) = (try binding.operand(0), try binding.operand(1))
    let lines = CircularLines(axis, binding.inputs[1].shape, input: x, output: dy)
    let parts = RowParts(binding, rows: lines.count, columns: binding.shape.count)
    let (code, taps) = (binding.isa.code, Int64(taps))
    var sums = unsafe parts.call { frame, range, sum in
      var shape = lines.shape
      lines.eachImage(of: range) { rows in
        unsafe ek_circular_weight_gradient_f32(
          code, &shape, taps, x.pointer(frame, row: rows.inputPixel),
          dy.pointer(frame, row: rows.outputPixel), rows.first, rows.end, sum, frame.scratch)
      }
    }
    sums.scratchCount = lines.scratchCount
    return parts.gradientCall(
      after: sums, channels: groups, to: try binding.contiguousOutput())
  }
}

extension Binding {
  fileprivate func requireDepthwise(
    _ convolution: CircularConvolution, _ operation: String
  ) throws(RuntimeError) {
    if convolution.groups == 1 { throw denseConvolution(operation) }
  }
}

/// The lines of a batch along an axis, as the kernels want them.
private struct CircularLines {
  let shape: ek_circular_shape
  /// In all images.
  let count: Int
  private let linesPerImage, pixelsPerImage: Int

  /// - Parameters:
  ///   - image: the shape of either side; they differ in channels only.
  ///   - input, output: what the convolution reads and writes, or their gradients.
  init(_ axis: CircularConvolution.Axis, _ image: Shape, input: Operand, output: Operand) {
    let (height, width) = (image[1], image[2])
    let isColumn = axis == .height
    let (line, pixel) = isColumn ? (1, width) : (width, 1)
    shape = ek_circular_shape(
      extent: Int64(isColumn ? height : width), channels: Int64(output.columns),
      input_line_stride: Int64(line * input.stride),
      input_pixel_stride: Int64(pixel * input.stride),
      output_line_stride: Int64(line * output.stride),
      output_pixel_stride: Int64(pixel * output.stride))
    linesPerImage = isColumn ? width : height
    pixelsPerImage = height * width
    count = image[0] * linesPerImage
  }

  var scratchCount: Int { Int(ek_circular_scratch_count(shape.extent)) }

  /// A range of all lines, image by image.
  @inline(__always)
  func eachImage(of lines: Range<Int>, _ body: (ImageRows) -> Void) {
    let size = max(linesPerImage, 1)
    for image in lines.lowerBound / size..<(lines.upperBound + size - 1) / size {
      let pixel = image * pixelsPerImage
      body(
        ImageRows(
          first: Int64(max(lines.lowerBound - image * size, 0)),
          end: Int64(min(lines.upperBound - image * size, size)), inputPixel: pixel,
          outputPixel: pixel))
    }
  }

  /// The convolution of the first input, forward or backward as the taps are.
  static func call(
    _ binding: Binding, _ convolution: CircularConvolution, _ taps: CircularTaps, bias: Operand?
  ) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let (output, code) = (binding.output, binding.isa.code)
    let lines = CircularLines(convolution.axis, binding.shape, input: x, output: output)
    return KernelCall(
      before: taps.packing, items: lines.count, scratchCount: lines.scratchCount
    ) { frame, range in
      var shape = lines.shape
      lines.eachImage(of: range) { rows in
        unsafe ek_circular_f32(
          code, &shape, x.pointer(frame, row: rows.inputPixel), taps.operand.pointer(frame),
          bias?.pointer(frame), rows.first, rows.end,
          output.pointer(frame, row: rows.outputPixel), frame.scratch)
      }
    }
  }
}

/// The second input, a weight of a depthwise circular convolution, as the kernel reads it.
private struct CircularTaps {
  let operand: Operand
  /// The call that prepares a weight that changes between runs, or any for the way back.
  let packing: [KernelCall]

  /// Floats that they take.
  static func count(_ weight: Shape, extent: Int) -> Int {
    Int(ek_circular_tap_rows(Int64(extent))) * weight[0]
  }

  init(_ binding: Binding, extent: Int, isBackward: Bool) throws(RuntimeError) {
    let shape = binding.inputs[1].shape
    let (channels, taps) = (shape[0], shape[2] * shape[3])
    let rows = Int(ek_circular_tap_rows(Int64(extent)))
    if binding.isConstant(1), !isBackward {
      operand = Operand(
        constant: try binding.constant(1, .circularTaps(extent: extent)), rows: rows,
        columns: channels)
      packing = []
      return
    }
    let weight = try binding.contiguousOperand(1)
    let prepared = binding.temporary.view([rows, channels], from: 0, stride: channels)
    operand = prepared
    packing = [
      KernelCall(items: channels) { frame, range in
        unsafe ek_circular_prepare_f32(
          Int64(extent), Int64(taps), Int64(range.count),
          weight.pointer(frame) + range.lowerBound * taps, isBackward ? 1 : 0,
          prepared.pointer(frame) + range.lowerBound, Int64(channels))
      }
    ]
  }
}
