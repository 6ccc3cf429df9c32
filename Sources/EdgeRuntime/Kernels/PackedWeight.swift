import CEdgeKernels

/// Rows that a product reads: float32 in place, or rounded to bfloat16 in scratch, as the precision
/// of its weight wants. Strides count numbers.
@safe struct LeftRows {
  fileprivate let address: UnsafeRawPointer
  fileprivate let stride: Int
  fileprivate var segmentStride = 0
}

/// The right operand of a product, and how the product is computed in its precision. A constant
/// weight is packed once; one that changes between runs is packed anew in every run, into the
/// operation's temporary memory, by the call ``packing``.
struct PackedWeight {
  private enum Storage {
    case constant(ConstantBuffer)
    case temporary(Operand)
  }

  let columns: Int
  /// Numbers of one segment of a row of the left operand.
  let k: Int
  /// The call that has to be finished before the first product; none for a constant.
  let packing: [KernelCall]
  private let segments: Int
  private let isa: ISA
  private let precision: Precision
  private let storage: Storage
  /// Floats before the packed weight.
  private var offset: Int

  /// A weight among the inputs of an operation.
  ///
  /// - Parameter offset: where in the operation's temporary memory it is packed; moves past it.
  init(
    _ binding: Binding, _ index: Int, _ form: WeightForm = .rows, at offset: inout Int
  ) throws(RuntimeError) {
    isa = binding.isa
    let shape = binding.inputs[index].shape
    (segments, k, columns) = form.extents(shape)
    if binding.isConstant(index) {
      precision = binding.precision
      let packing: Packing =
        switch form {
        case .rows: .panels(isa, precision)
        case .transposed: .transposedPanels(isa, precision)
        case .patches: .patchPanels(isa, precision)
        case .taps: .tapPanels(isa, precision, isTransposed: false)
        case .transposedTaps: .tapPanels(isa, precision, isTransposed: true)
        }
      storage = .constant(try binding.constant(index, packing))
      self.offset = 0
      self.packing = []
    } else {
      precision = form.precision(binding.precision)
      storage = .temporary(binding.temporary)
      self.offset = offset
      packing = [
        form.packing(
          try binding.operand(index), shape, to: binding.temporary, at: offset, isa, precision)
      ]
      offset += form.temporaryCount(shape, binding.options)
    }
  }

  init(_ binding: Binding, _ index: Int, _ form: WeightForm = .rows) throws(RuntimeError) {
    var offset = 0
    try self.init(binding, index, form, at: &offset)
  }

  /// One of the operands of ``WeightForm/taps``, which share the call ``packing``.
  func tap(_ index: Int) -> PackedWeight {
    let count = Int(ek_packed_count(isa.code, Int64(segmentCount), Int64(columns)))
    var result = self
    result.offset += index * (precision == .float32 ? count : count / 2)
    return result
  }

  @inline(__always)
  private func floats(_ frame: Frame) -> UnsafePointer<Float> {
    switch storage {
    case .constant(let buffer): unsafe buffer.pointer + offset
    case .temporary(let memory): unsafe UnsafePointer(memory.pointer(frame) + offset)
    }
  }

  @inline(__always)
  private func halves(_ frame: Frame) -> UnsafePointer<UInt16> {
    unsafe UnsafeRawPointer(floats(frame)).assumingMemoryBound(to: UInt16.self)
  }

  var panels: Int {
    let width = Int(ek_panel_columns(isa.code))
    return (columns + width - 1) / width
  }

  /// Whether rows of the left operand are rounded first, in scratch.
  var roundsRows: Bool { precision == .bfloat16 }

  /// Numbers of a segment in memory of its own; bfloat16 come in pairs.
  private var segmentCount: Int { precision == .bfloat16 ? k + k % 2 : k }

  /// The bytes of a row of the left operand in memory of its own.
  var rowBytes: Int { (precision == .bfloat16 ? 2 : 4) * segments * segmentCount }

  /// Floats of scratch that ``left(_:rows:stride:segmentStride:scratch:)`` needs.
  func scratchCount(rows: Int) -> Int {
    precision == .bfloat16 ? (rows * rowBytes + 3) / 4 : 0
  }

  /// Rows of float32 as the product reads them.
  ///
  /// - Parameters:
  ///   - stride: floats between rows.
  ///   - segmentStride: floats between the segments of a row.
  func left(
    _ x: UnsafePointer<Float>, rows: Int, stride: Int, segmentStride: Int = 0,
    scratch: UnsafeMutablePointer<Float>
  ) -> LeftRows {
    guard precision == .bfloat16 else {
      return unsafe LeftRows(address: x, stride: stride, segmentStride: segmentStride)
    }
    let raw = UnsafeMutableRawPointer(scratch)
    let rounded = unsafe raw.assumingMemoryBound(to: UInt16.self)
    let segment = rows * segmentCount
    for index in 0..<segments {
      unsafe ek_round_bf16(
        isa.code, Int64(rows), Int64(k), x + index * segmentStride, Int64(stride),
        rounded + index * segment, Int64(segmentCount))
    }
    return unsafe LeftRows(address: rounded, stride: segmentCount, segmentStride: segment)
  }

  /// The product of all rows of `x`, split over rows, or over panels where rows are few.
  func call(_ x: Operand, _ output: Operand, _ epilogue: Epilogue) -> KernelCall {
    let few = 16
    let splitsRows = output.rows >= few
    // Rounded rows stay in the second-level cache until they are multiplied.
    let tile = precision == .bfloat16 ? max(few, 128 * 1024 / rowBytes) : max(output.rows, 1)
    return KernelCall(
      before: packing, items: splitsRows ? output.rows : panels,
      scratchCount: scratchCount(rows: min(tile, output.rows))
    ) { [panels] frame, range in
      let rows = splitsRows ? range : 0..<output.rows
      let parts = splitsRows ? 0..<panels : range
      for start in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: tile) {
        let count = min(tile, rows.upperBound - start)
        let left = unsafe left(
          x.pointer(frame, row: start), rows: count, stride: x.stride, scratch: frame.scratch)
        multiply(left, rows: count, frame, output, firstRow: start, epilogue, panels: parts)
      }
    }
  }

  /// `rows` rows of `left` times the weight, to `output` from `firstRow` on.
  @inline(__always)
  func multiply(
    _ left: LeftRows, rows: Int, _ frame: Frame, _ output: Operand, firstRow: Int,
    _ epilogue: Epilogue, panels range: Range<Int>? = nil
  ) {
    let end = unsafe epilogue.values(frame, firstRow: firstRow)
    unsafe multiply(
      left, rows: rows, frame, to: output.pointer(frame, row: firstRow), stride: output.stride,
      end, panels: range ?? 0..<panels)
  }

  /// The same into memory of its own, in the form in which the product with `next` reads it.
  @inline(__always)
  func multiply(
    _ left: LeftRows, rows: Int, _ frame: Frame, hidden: UnsafeMutablePointer<Float>,
    next: PackedWeight, _ epilogue: ek_epilogue
  ) -> LeftRows {
    let stride = next.segmentCount
    if next.precision == .bfloat16 {
      var (left, end) = unsafe (roundedLeft(left), epilogue)
      let raw = UnsafeMutableRawPointer(hidden)
      unsafe ek_matmul_bf16_bf16(
        isa.code, Int64(rows), Int64(columns), Int64(k), &left, halves(frame), 0, Int64(panels),
        raw.assumingMemoryBound(to: UInt16.self), Int64(stride), &end)
    } else {
      unsafe multiply(
        left, rows: rows, frame, to: hidden, stride: stride, epilogue, panels: 0..<panels)
    }
    return unsafe LeftRows(address: hidden, stride: stride)
  }

  @inline(__always)
  func multiply(
    _ left: LeftRows, rows: Int, _ frame: Frame, to c: UnsafeMutablePointer<Float>, stride: Int,
    _ epilogue: ek_epilogue, panels range: Range<Int>? = nil
  ) {
    let panels = range ?? 0..<panels
    var end = unsafe epilogue
    let (first, last) = (Int64(panels.lowerBound), Int64(panels.upperBound))
    switch precision {
    case .float32:
      var left = unsafe floatLeft(left)
      unsafe ek_matmul_f32(
        isa.code, Int64(rows), Int64(columns), Int64(k), &left, floats(frame), first, last, c,
        Int64(stride), &end)
    case .float16:
      var left = unsafe floatLeft(left)
      unsafe ek_matmul_f16(
        isa.code, Int64(rows), Int64(columns), Int64(k), &left, halves(frame), first, last, c,
        Int64(stride), &end)
    case .bfloat16:
      var left = unsafe roundedLeft(left)
      unsafe ek_matmul_bf16_f32(
        isa.code, Int64(rows), Int64(columns), Int64(k), &left, halves(frame), first, last, c,
        Int64(stride), &end)
    }
  }

  private func floatLeft(_ left: LeftRows) -> ek_left {
    unsafe ek_left(
      a: left.address.assumingMemoryBound(to: Float.self), row_stride: Int64(left.stride),
      segments: Int64(segments), segment_stride: Int64(left.segmentStride))
  }

  private func roundedLeft(_ left: LeftRows) -> ek_left_bf16 {
    unsafe ek_left_bf16(
      a: left.address.assumingMemoryBound(to: UInt16.self), row_stride: Int64(left.stride),
      segments: Int64(segments), segment_stride: Int64(left.segmentStride))
  }
}
