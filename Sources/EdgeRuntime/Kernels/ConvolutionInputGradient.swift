import CEdgeKernels
import EdgeGraph

/// Of dense convolutions, as products whose results are added to the rows of the image that they
/// reach, or as ``TapProducts`` where the taps lie apart, and of depthwise ones and those in groups.
extension ConvolutionInputGradient: Kernel {
  private var stride: Int { convolution.stride }

  /// Of a convolution in groups.
  private var tapOrder: GroupedTaps.Order { .backward(isReversed: stride == 1) }

  func temporaryCount(_ request: TemporaryRequest) -> Int {
    let weight = request.inputs[1]
    if convolution.isGrouped(weight: weight) {
      return GroupedTaps.temporaryCount(request, 1, tapOrder)
    }
    return convolution.dilation > 1
      ? WeightForm.transposedTaps.temporaryCount(request, 1)
      : PatchWeight.temporaryCount(weight, request.options)
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    if convolution.isGrouped(weight: binding.inputs[1].shape) { return try grouped(binding) }
    if convolution.dilation > 1 {
      return try TapProducts(binding, convolution, isBackward: true).call { _, _ in }
    }
    let packed = try PatchWeight(binding, 1)
    let rows = try ScatteredRows(binding, self, packed)
    return KernelCall(
      before: packed.packing, items: binding.shape[0] * height, scratchCount: rows.scratchCount
    ) { frame, range in
      for row in range { rows.compute(frame, row: row) }
    }
  }

  private func grouped(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let dy = try binding.operand(0)
    let (output, code) = (binding.output, binding.isa.code)
    let taps = try GroupedTaps(binding, 1, groups: convolution.groups, tapOrder)
    let sizes = GroupedSizes(
      convolution, output, binding.shape, weight: binding.inputs[1].shape, dy,
      binding.inputs[0].shape)
    let (inputs, outputs) = (Int64(sizes.inputs), Int64(sizes.outputs))
    return KernelCall(
      before: taps.packing, items: sizes.inputRows, scratchCount: sizes.scratchCount
    ) { [stride] frame, range in
      var shape = stride == 1 ? sizes.reversed : sizes.shape
      sizes.eachImage(ofInputs: range) { rows in
        let gradient = unsafe dy.pointer(frame, row: rows.outputPixel)
        let target = unsafe output.pointer(frame, row: rows.inputPixel)
        if stride == 1 {
          unsafe ek_grouped_f32(
            code, &shape, outputs, inputs, gradient, taps.operand.pointer(frame), nil,
            EK_IDENTITY, rows.first, rows.end, target, frame.scratch)
        } else {
          unsafe ek_grouped_input_gradient_f32(
            code, &shape, inputs, outputs, gradient, taps.operand.pointer(frame), rows.first,
            rows.end, target, frame.scratch)
        }
      }
    }
  }
}

/// A weight `[out, in, kh, kw]` as kh right operands, `[out, kw · in]` each: what a gradient gives to
/// a row of its patch.
private struct PatchWeight {
  let packing: [KernelCall]
  let columns: Int
  let isa: ISA
  private let memory: Operand
  private let outputs, offset, packedCount: Int

  private static func packedCount(_ weight: Shape, _ isa: ISA) -> Int {
    Int(ek_packed_count(isa.code, Int64(weight[0]), Int64(weight[3] * weight[1])))
  }

  /// The weight with its channels last, then packed.
  static func temporaryCount(_ weight: Shape, _ options: RuntimeOptions) -> Int {
    weight.count + weight[2] * packedCount(weight, options.isa)
  }

  init(_ binding: Binding, _ index: Int) throws(RuntimeError) {
    let weight = try binding.contiguousOperand(index)
    let shape = binding.inputs[index].shape
    (isa, memory) = (binding.isa, binding.temporary)
    (outputs, columns, offset) = (shape[0], shape[3] * shape[1], shape.count)
    packedCount = Self.packedCount(shape, isa)
    packing = [
      Self.ordering(weight, shape, to: memory),
      Self.packing(shape, memory, isa, packedCount: packedCount),
    ]
  }

  /// `[out, in, kh, kw]` → `[out, kh, kw, in]`.
  private static func ordering(
    _ weight: Operand, _ shape: Shape, to memory: Operand
  ) -> KernelCall {
    let (inputs, taps) = (shape[1], shape[2] * shape[3])
    return KernelCall(items: shape[0]) { frame, range in
      for output in range {
        let start = output * inputs * taps
        unsafe ek_transpose_f32(
          Int64(inputs), Int64(taps), weight.pointer(frame) + start, Int64(taps),
          memory.pointer(frame) + start, Int64(inputs))
      }
    }
  }

  private static func packing(
    _ shape: Shape, _ memory: Operand, _ isa: ISA, packedCount: Int
  ) -> KernelCall {
    let (outputs, columns, code) = (shape[0], shape[3] * shape[1], isa.code)
    let width = Int(ek_panel_columns(code))
    let panels = (columns + width - 1) / width
    return KernelCall(items: shape[2] * panels) { frame, range in
      let ordered = unsafe memory.pointer(frame)
      let packed = unsafe ordered + shape.count
      for item in range {
        let (ky, first) = (item / panels, item % panels * width)
        unsafe ek_pack_f32(
          code, Int64(outputs), Int64(min(width, columns - first)),
          ordered + ky * columns + first, Int64(shape[2] * columns), 1,
          packed + ky * packedCount + first * outputs)
      }
    }
  }

  /// `rows` gradients times row `ky` of the weight.
  func multiply(
    _ frame: Frame, _ dy: UnsafePointer<Float>, stride: Int, rows: Int, ky: Int,
    to c: UnsafeMutablePointer<Float>, stride cStride: Int
  ) {
    var left = unsafe ek_left(a: dy, row_stride: Int64(stride), segments: 1, segment_stride: 0)
    let panels = packedCount / (outputs * Int(ek_panel_columns(isa.code)))
    unsafe ek_matmul_f32(
      isa.code, Int64(rows), Int64(columns), Int64(outputs), &left,
      memory.pointer(frame) + offset + ky * packedCount, 0, Int64(panels), c, Int64(cStride), nil)
  }
}

/// The rows of the image's gradient. Each is the sum of the products of the rows of `dy` whose patches
/// reach it.
private struct ScatteredRows {
  private let dy, output: Operand
  private let weight: PatchWeight
  private let stride, padding, height, width, channels: Int
  private let kernelHeight, kernelWidth, rowsPerImage, rowLength: Int

  init(
    _ binding: Binding, _ operation: ConvolutionInputGradient, _ weight: PatchWeight
  ) throws(RuntimeError) {
    dy = try binding.operand(0)
    output = try binding.contiguousOutput()
    self.weight = weight
    (stride, padding) = (operation.convolution.stride, operation.convolution.padding)
    (height, width, channels) = (operation.height, operation.width, binding.shape[3])
    let (result, kernel) = (binding.inputs[0].shape, binding.inputs[1].shape)
    (kernelHeight, kernelWidth) = (kernel[2], kernel[3])
    (rowsPerImage, rowLength) = (result[1], result[2])
  }

  /// Whether patches lie side by side, so that products are written where they belong.
  private var isTiling: Bool {
    padding == 0 && kernelWidth == stride && kernelHeight == stride
  }

  var scratchCount: Int { isTiling ? 0 : rowLength * kernelWidth * channels }

  func compute(_ frame: Frame, row: Int) {
    let target = unsafe output.pointer(frame, row: row * width)
    let filled = isTiling && row % height / stride < rowsPerImage ? rowLength * stride : 0
    unsafe (target + filled * channels).update(repeating: 0, count: (width - filled) * channels)
    for ky in 0..<kernelHeight {
      let place = row % height + padding - ky
      guard place >= 0, place % stride == 0, place / stride < rowsPerImage else { continue }
      let pixel = (row / height * rowsPerImage + place / stride) * rowLength
      let gradient = unsafe UnsafePointer(dy.pointer(frame, row: pixel))
      let product = unsafe isTiling ? target : frame.scratch
      unsafe weight.multiply(
        frame, gradient, stride: dy.stride, rows: rowLength, ky: ky, to: product,
        stride: kernelWidth * channels)
      if !isTiling { unsafe add(product, to: target) }
    }
  }

  /// Adds the pixels of a row of patches, column by column of the kernel.
  private func add(_ patches: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
    for kx in 0..<kernelWidth {
      let offset = kx - padding
      let first = offset < 0 ? (-offset + stride - 1) / stride : 0
      let end = offset < width ? min(rowLength, (width - 1 - offset) / stride + 1) : 0
      guard first < end else { continue }
      let pixels = unsafe target + (first * stride + offset) * channels
      let step = Int64(stride * channels)
      unsafe ek_add_f32(
        weight.isa.code, Int64(end - first), Int64(channels), pixels, step,
        patches + (first * kernelWidth + kx) * channels, Int64(kernelWidth * channels), pixels,
        step)
    }
  }
}
