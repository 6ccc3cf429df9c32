import CEdgeKernels
import EdgeGraph

/// Of dense convolutions, whose padding ``FuseProducts`` turns into a padded image unless the taps
/// lie apart, and of depthwise ones and those in groups.
///
/// Sums are made in the order in which a product over patches has them, `[out, kh · kw, in]`, or as
/// taps of planes; the last call adds the parts and puts them in the weight's order.
extension ConvolutionWeightGradient: Kernel {
  private var taps: Int { kernelHeight * kernelWidth }

  /// Ranges of rows of outputs.
  private func split(_ inputs: [Shape], _ options: RuntimeOptions) -> GradientSplit {
    let (dy, x) = (inputs[0], inputs[1])
    return GradientSplit(
      batch: dy[0] * dy[1], rows: dy.rows, outputs: dy[3], columns: taps * (x[3] / groups),
      threads: options.threads)
  }

  private var groups: Int { convolution.groups }

  func temporaryCount(_ request: TemporaryRequest) -> Int {
    convolution.isGrouped(weight: request.output)
      ? RowParts.temporaryCount(columns: request.output.count, request.options)
      : split(request.inputs, request.options).parts * request.output.count
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    if convolution.isGrouped(weight: binding.shape) { return try grouped(binding) }
    if convolution.dilation > 1 {
      let rows = try TapRows(binding, self)
      return unsafe try dense(binding, scratchCount: rows.scratchCount) {
        frame, range, outputs, sum in
        unsafe rows.multiply(frame, range, outputs, to: sum)
      }
    }
    guard !convolution.isPadded else {
      throw .unsupported(
        operation: Self.name, path: binding.path, reason: "padding; expected a padded image")
    }
    let patches = try PatchRows(binding, self)
    return unsafe try dense(binding, scratchCount: patches.scratchCount) {
      frame, range, outputs, sum in
      unsafe patches.multiply(frame, range, outputs, to: sum)
    }
  }

  /// - Parameter multiply: makes the sums `[outputs, kh · kw, in]` of a range of the batch's rows,
  ///   for a range of outputs.
  private func dense(
    _ binding: Binding, scratchCount: Int,
    _ multiply:
      @escaping @Sendable (
        Frame, _ rows: Range<Int>, _ outputs: Range<Int>, UnsafeMutablePointer<Float>
      ) -> Void
  ) throws(RuntimeError) -> KernelCall {
    let split = split(binding.inputs.map(\.shape), binding.options)
    let (outputs, inputs) = (binding.shape[0], binding.shape[1])
    let (temporary, taps) = (binding.temporary, taps)
    let sums = split.call(scratchCount: scratchCount) { frame, rows, outputs, part in
      let sum = unsafe temporary.pointer(frame) + part * binding.shape.count
      unsafe multiply(frame, rows, outputs, sum)
    }
    let output = try binding.contiguousOutput()
    let (code, count, parts) = (binding.isa.code, binding.shape.count, split.parts)
    return KernelCall(before: [sums], items: outputs) { frame, range in
      let width = taps * inputs
      let sum = unsafe temporary.pointer(frame) + range.lowerBound * width
      for part in 1..<max(parts, 1) {
        unsafe ek_add_f32(
          code, Int64(range.count), Int64(width), sum, Int64(width), sum + part * count,
          Int64(width), sum, Int64(width))
      }
      for index in 0..<range.count {
        unsafe ek_transpose_f32(
          Int64(taps), Int64(inputs), sum + index * width, Int64(inputs),
          output.pointer(frame) + (range.lowerBound + index) * width, Int64(taps))
      }
    }
  }

  private func grouped(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let (dy, x) = (try binding.operand(0), try binding.operand(1))
    let sizes = GroupedSizes(
      convolution, x, binding.inputs[1].shape, weight: binding.shape, dy,
      binding.inputs[0].shape)
    let parts = RowParts(binding, rows: sizes.outputRows, columns: binding.shape.count)
    let code = binding.isa.code
    let (inputs, outputs) = (Int64(sizes.inputs), Int64(sizes.outputs))
    var sums = unsafe parts.call { frame, range, sum in
      var shape = sizes.shape
      sizes.eachImage(ofOutputs: range) { rows in
        unsafe ek_grouped_weight_gradient_f32(
          code, &shape, inputs, outputs, x.pointer(frame, row: rows.inputPixel),
          dy.pointer(frame, row: rows.outputPixel), rows.first, rows.end, sum, frame.scratch)
      }
    }
    sums.scratchCount = sizes.scratchCount
    return parts.gradientCall(after: sums, channels: groups, to: try binding.contiguousOutput())
  }
}

/// The product of gradients and of the patches of an image, both read in place. A row of a patch is
/// one piece of memory; each has a product of its own.
private struct PatchRows {
  private let dy, x: Operand
  private let product: RowProduct
  /// Numbers in a row of a patch; floats between patches, and between their rows.
  private let width, step, lineStride: Int
  private let kernelHeight: Int
  private let outputs, rowsPerImage, rowLength: Int
  /// Floats between rows of patches, and between images.
  private let rowStride, imageStride: Int

  init(_ binding: Binding, _ operation: ConvolutionWeightGradient) throws(RuntimeError) {
    dy = try binding.operand(0)
    x = try binding.contiguousOperand(1)
    product = RowProduct(isa: binding.isa)
    let (result, image) = (binding.inputs[0].shape, binding.inputs[1].shape)
    kernelHeight = operation.kernelHeight
    width = operation.kernelWidth * image[3]
    step = operation.convolution.stride * image[3]
    lineStride = image[2] * image[3]
    outputs = result[3]
    rowsPerImage = result[1]
    rowLength = result[2]
    rowStride = operation.convolution.stride * lineStride
    imageStride = image[1] * lineStride
  }

  var scratchCount: Int { RowProduct.scratchCount(outputs: outputs, columns: width) }

  /// A range of the batch's rows of patches, for a range of rows of the gradient. Where one image's
  /// rows of patches follow those of the one before, they are summed at once.
  func multiply(
    _ frame: Frame, _ rows: Range<Int>, _ outputs: Range<Int>,
    to sum: UnsafeMutablePointer<Float>
  ) {
    let isEven = imageStride == rowsPerImage * rowStride
    var first = rows.lowerBound
    repeat {
      let image = first / max(rowsPerImage, 1)
      let end = isEven ? rows.upperBound : min(rows.upperBound, (image + 1) * rowsPerImage)
      let start = image * imageStride + first % max(rowsPerImage, 1) * rowStride
      for ky in 0..<kernelHeight {
        let patches = unsafe ek_rows(
          at: x.pointer(frame) + start + ky * lineStride, stride: Int64(step),
          group: Int64(rowLength), group_stride: Int64(rowStride))
        let stride = kernelHeight * width
        unsafe product.run(
          (outputs.count, width, (end - first) * rowLength),
          dy.pointer(frame, row: first * rowLength) + outputs.lowerBound, stride: dy.stride,
          patches, to: sum + outputs.lowerBound * stride + ky * width, stride: stride,
          accumulating: first > rows.lowerBound, scratch: frame.scratch)
      }
      first = end
    } while first < rows.upperBound
  }
}
