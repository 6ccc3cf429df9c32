import CEdgeKernels
import EdgeGraph

extension DepthwiseBlock: Kernel {
  var reusableInputs: [Int] { residualIndex.map { [$0] } ?? [] }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let bands = try RowBands(self, binding)
    return KernelCall(items: bands.rows, scratchCount: bands.scratchCount) { frame, range in
      range.eachImage(height: bands.height) { image, rows in
        bands.run(frame, image: image, rows: rows)
      }
    }
  }
}

/// Bands of an image's output rows. The rows that the convolution reads are expanded into a window in
/// scratch, which moves down the image: rows that two bands share are expanded once.
private struct RowBands {
  /// Output rows of the batch, and of an image.
  let rows, height: Int
  private let x, output, taps, bias: Operand
  private let first: PackedWeight?
  private let second: PackedWeight
  private let firstEnd: Epilogue?
  private let end: Epilogue
  private let activation: ek_activation
  private let convolution: Convolution
  private let kernelHeight, kernelWidth: Int
  /// Rows from the first to the last that an output row is computed from.
  private let span: Int
  private let inputHeight, inputWidth, outputWidth, hidden: Int
  private let isa: ISA
  /// Output rows of a band, and the input rows that it needs.
  private let band, window: Int

  init(_ block: DepthwiseBlock, _ binding: Binding) throws(RuntimeError) {
    let index = block.middleIndex
    let (image, weight) = (binding.inputs[0].shape, binding.inputs[index].shape)
    isa = binding.isa
    x = try binding.operand(0)
    output = binding.output
    taps = try GroupedTaps(binding, index, groups: weight[0]).operand
    bias = try binding.operand(index + 1)
    first = try block.expansion.map { _ throws(RuntimeError) in try PackedWeight(binding, 1) }
    firstEnd = try block.expansion.map { expansion throws(RuntimeError) in
      try Epilogue(binding, bias: 2, activation: expansion.activation)
    }
    second = try PackedWeight(binding, index + 2)
    end = try Epilogue(
      binding, bias: index + 3, activation: block.projection.activation,
      activatesSum: block.projection.activatesSum, residual: block.residualIndex)
    activation = block.middle.activation?.code ?? EK_IDENTITY
    convolution = block.middle.convolution
    (kernelHeight, kernelWidth, hidden) = (weight[2], weight[3], weight[0])
    (inputHeight, inputWidth) = (image[1], image[2])
    (height, outputWidth) = (binding.shape[1], binding.shape[2])
    rows = binding.shape[0] * height
    let stride = convolution.stride
    let rowFloats = hidden * (first == nil ? 0 : inputWidth)
    span = convolution.span(kernelHeight)
    band = Self.bandRows(
      fixed: (span - stride) * rowFloats, each: stride * rowFloats + hidden * outputWidth,
      limit: height)
    window = (band - 1) * stride + span
  }

  /// Rows whose tensors fit half of a common second-level cache, at least one.
  private static func bandRows(fixed: Int, each: Int, limit: Int) -> Int {
    let cache = 512 * 1024 / 4
    return min(max((cache - fixed) / each, 1), limit)
  }

  private var windowCount: Int { first == nil ? 0 : window * inputWidth * hidden }
  private var filteredCount: Int { band * outputWidth * hidden }

  var scratchCount: Int {
    let rounded = max(
      first?.scratchCount(rows: window * inputWidth) ?? 0,
      second.scratchCount(rows: band * outputWidth))
    return windowCount + filteredCount + rounded
  }

  func run(_ frame: Frame, image: Int, rows range: Range<Int>) {
    // The input rows that the window holds.
    var held = 0..<0
    for start in stride(from: range.lowerBound, to: range.upperBound, by: band) {
      let outputs = start..<min(start + band, range.upperBound)
      let needed = inputs(of: outputs)
      if first != nil { expand(frame, image: image, needed, held: held) }
      held = needed
      filter(frame, image: image, needed, outputs)
      let filtered = unsafe frame.scratch + windowCount
      let count = outputs.count * outputWidth
      let left = unsafe second.left(
        filtered, rows: count, stride: hidden, scratch: filtered + filteredCount)
      second.multiply(
        left, rows: count, frame, output,
        firstRow: (image * height + outputs.lowerBound) * outputWidth, end)
    }
  }

  /// The rows inside the image that output rows are computed from.
  private func inputs(of outputs: Range<Int>) -> Range<Int> {
    let (stride, padding) = (convolution.stride, convolution.padding)
    let first = max(outputs.lowerBound * stride - padding, 0)
    let end = (outputs.upperBound - 1) * stride - padding + span
    // An output may lie in the padding altogether.
    let start = min(first, inputHeight)
    return start..<max(start, min(end, inputHeight))
  }

  /// Fills the window with expanded rows; those that it holds move to its beginning.
  private func expand(_ frame: Frame, image: Int, _ needed: Range<Int>, held: Range<Int>) {
    guard let first, let firstEnd else { return }
    let rowFloats = inputWidth * hidden
    let kept = needed.clamped(to: held)
    let window = unsafe frame.scratch
    if !kept.isEmpty, kept.lowerBound > held.lowerBound {
      unsafe window.update(
        from: window + (kept.lowerBound - held.lowerBound) * rowFloats,
        count: kept.count * rowFloats)
    }
    let start = kept.isEmpty ? needed.lowerBound : kept.upperBound
    let count = (needed.upperBound - start) * inputWidth
    guard count > 0 else { return }
    let row = (image * inputHeight + start) * inputWidth
    let left = unsafe first.left(
      x.pointer(frame, row: row), rows: count, stride: x.stride,
      scratch: window + windowCount + filteredCount)
    unsafe first.multiply(
      left, rows: count, frame, to: window + (start - needed.lowerBound) * rowFloats,
      stride: hidden, firstEnd.values(frame, firstRow: 0))
  }

  /// The convolution of the window, or of the image where nothing is expanded.
  private func filter(
    _ frame: Frame, image: Int, _ needed: Range<Int>, _ outputs: Range<Int>
  ) {
    let pixel = first == nil ? x.stride : hidden
    // Rows outside the window are outside the image.
    var shape = ek_depthwise_shape(
      height: Int64(needed.count), width: Int64(inputWidth), channels: Int64(hidden),
      input_pixel_stride: Int64(pixel), output_height: Int64(outputs.count),
      output_width: Int64(outputWidth), output_pixel_stride: Int64(hidden),
      kernel_height: Int64(kernelHeight), kernel_width: Int64(kernelWidth),
      stride: Int64(convolution.stride),
      padding_top: Int64(
        convolution.padding + needed.lowerBound - outputs.lowerBound * convolution.stride),
      padding_left: Int64(convolution.padding), dilation: Int64(convolution.dilation), planes: 1,
      plane_stride: 0)
    let source =
      if first == nil {
        unsafe x.pointer(frame, row: (image * inputHeight + needed.lowerBound) * inputWidth)
      } else {
        unsafe frame.scratch
      }
    unsafe ek_depthwise_f32(
      isa.code, &shape, source, taps.pointer(frame), bias.pointer(frame), activation, 0,
      Int64(outputs.count), frame.scratch + windowCount)
  }
}
