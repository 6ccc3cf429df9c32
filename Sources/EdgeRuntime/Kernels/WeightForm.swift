import CEdgeKernels
import EdgeGraph

/// How a weight becomes the right operand of a product.
enum WeightForm {
  /// `[out, in]`, for rows of `in` numbers.
  case rows
  /// `[out, in]`, for rows of `out` numbers: the way back through a linear map.
  case transposed
  /// `[out, in, kh, kw]`, for patches; each row of a patch is a segment.
  case patches
  /// `[out, in, kh, kw]`, for pixels: a right operand for every tap, one after another.
  case taps
  /// The same for rows of `out` numbers: the way back through the taps.
  case transposedTaps

  /// Segments of a row of the left operand, numbers of a segment, columns of the product.
  func extents(_ shape: Shape) -> (segments: Int, k: Int, columns: Int) {
    switch self {
    case .rows: (1, shape[1], shape[0])
    case .transposed: (1, shape[0], shape[1])
    case .patches: (shape[2], shape[3] * shape[1], shape[0])
    case .taps: (1, shape[1], shape[0])
    case .transposedTaps: (1, shape[0], shape[1])
    }
  }

  /// How many right operands there are.
  func operands(_ shape: Shape) -> Int {
    switch self {
    case .rows, .transposed, .patches: 1
    case .taps, .transposedTaps: shape[2] * shape[3]
    }
  }

  /// In which a weight that changes is packed. Patches and taps stay in float32: their products are
  /// few.
  func precision(_ precision: Precision) -> Precision {
    switch (self, precision) {
    case (.rows, .bfloat16), (.transposed, .bfloat16): .bfloat16
    default: .float32
    }
  }

  /// Floats that the packed weight takes.
  func temporaryCount(_ shape: Shape, _ options: RuntimeOptions) -> Int {
    let (segments, k, columns) = extents(shape)
    let isRounded = precision(options.precision) == .bfloat16
    let depth = isRounded ? segments * (k + k % 2) : segments * k
    let count = Int(ek_packed_count(options.isa.code, Int64(depth), Int64(columns)))
    return operands(shape) * (isRounded ? count / 2 : count)
  }

  /// The same for an input of an operation, zero where it is packed while planning.
  func temporaryCount(_ request: TemporaryRequest, _ index: Int) -> Int {
    request.isConstant[index] ? 0 : temporaryCount(request.inputs[index], request.options)
  }

  /// Packs a weight, panel by panel.
  func packing(
    _ weight: Operand, _ shape: Shape, to memory: Operand, at offset: Int, _ isa: ISA,
    _ precision: Precision
  ) -> KernelCall {
    switch self {
    case .rows, .transposed: packMatrix(weight, shape, to: memory, at: offset, isa, precision)
    case .patches: packPatches(weight, shape, to: memory, at: offset, isa)
    case .taps, .transposedTaps: packTaps(weight, shape, to: memory, at: offset, isa)
    }
  }

  private func packMatrix(
    _ weight: Operand, _ shape: Shape, to memory: Operand, at offset: Int, _ isa: ISA,
    _ precision: Precision
  ) -> KernelCall {
    let (_, k, columns) = extents(shape)
    let (width, code) = (Int(ek_panel_columns(isa.code)), isa.code)
    let (kStride, nStride) = if case .rows = self { (1, k) } else { (columns, 1) }
    return KernelCall(items: (columns + width - 1) / width) { frame, range in
      let source = unsafe weight.pointer(frame)
      let packed = unsafe memory.pointer(frame) + offset
      for panel in range {
        let count = Int64(min(width, columns - panel * width))
        let from = unsafe source + panel * width * nStride
        if precision == .bfloat16 {
          let raw = UnsafeMutableRawPointer(packed)
          unsafe ek_pack_bf16(
            code, 1, Int64(k), count, from, Int64(kStride), Int64(nStride),
            raw.assumingMemoryBound(to: UInt16.self) + panel * (k + k % 2) * width)
        } else {
          unsafe ek_pack_f32(
            code, Int64(k), count, from, Int64(kStride), Int64(nStride),
            packed + panel * k * width)
        }
      }
    }
  }

  private func packPatches(
    _ weight: Operand, _ shape: Shape, to memory: Operand, at offset: Int, _ isa: ISA
  ) -> KernelCall {
    let (segments, k, columns) = extents(shape)
    let (width, code) = (Int(ek_panel_columns(isa.code)), isa.code)
    let (inputs, taps) = (shape[1], shape[2] * shape[3])
    return KernelCall(items: (columns + width - 1) / width) { frame, range in
      let source = unsafe weight.pointer(frame)
      for panel in range {
        let count = Int64(min(width, columns - panel * width))
        let packed = unsafe memory.pointer(frame) + offset + panel * segments * k * width
        for tap in 0..<taps {
          unsafe ek_pack_f32(
            code, Int64(inputs), count, source + panel * width * inputs * taps + tap,
            Int64(taps), Int64(inputs * taps), packed + tap * inputs * width)
        }
      }
    }
  }

  private func packTaps(
    _ weight: Operand, _ shape: Shape, to memory: Operand, at offset: Int, _ isa: ISA
  ) -> KernelCall {
    let (_, k, columns) = extents(shape)
    let (width, code) = (Int(ek_panel_columns(isa.code)), isa.code)
    let (panels, taps) = ((columns + width - 1) / width, operands(shape))
    let (inner, outer) = (taps, shape[1] * taps)
    let (kStride, nStride) = if case .taps = self { (inner, outer) } else { (outer, inner) }
    let size = Int(ek_packed_count(code, Int64(k), Int64(columns)))
    return KernelCall(items: taps * panels) { frame, range in
      let source = unsafe weight.pointer(frame)
      let packed = unsafe memory.pointer(frame) + offset
      for item in range {
        let (tap, first) = (item / panels, item % panels * width)
        unsafe ek_pack_f32(
          code, Int64(k), Int64(min(width, columns - first)), source + tap + first * nStride,
          Int64(kStride), Int64(nStride), packed + tap * size + first * k)
      }
    }
  }
}
