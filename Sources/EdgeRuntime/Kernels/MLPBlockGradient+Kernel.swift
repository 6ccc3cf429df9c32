import CEdgeKernels
import EdgeGraph

/// Each thread's part of the batch goes through the block tile by tile and sums its own gradients of
/// the parameters; the parts are then added in order.
extension MLPBlockGradient: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    let forms = [(first, WeightForm.rows), (first, .transposed), (first + 2, .transposed)]
    let packed = forms.reduce(0) { $0 + $1.1.temporaryCount(request, $1.0) }
    return packed + request.options.threads * partialCount(request.inputs)
  }

  /// The index of `w1` among the inputs.
  private var first: Int { block.firstWeight + 1 }

  /// Floats of one part's sums: the gradients of the norm, of `w1`, `b1`, `w2` and `b2`, as they
  /// follow dx in the output.
  private func partialCount(_ inputs: [Shape]) -> Int {
    inputs[2..<first + 4].reduce(0) { $0 + $1.count }
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let pass = try BackwardPass(self, binding, first: first)
    let sum = try PartialSum(self, binding, pass, first: first)
    let parts = binding.options.threads
    let rows = pass.dy.rows
    var call = sum.call
    call.before =
      pass.packing + [
        KernelCall(items: parts, scratchCount: pass.scratchCount) { frame, range in
          for part in range {
            pass.run(frame, rows: rows * part / parts..<rows * (part + 1) / parts, part: part)
          }
        }
      ]
    return call
  }
}

/// Where the sums of a part begin, in floats from its first.
private struct PartialLayout {
  let norm, w1, b1, w2, b2, count: Int

  /// - Parameter shapes: of the inputs of an ``MLPBlockGradient``.
  init(_ shapes: [Shape], first: Int) {
    norm = 0
    w1 = shapes[2..<first].reduce(0) { $0 + $1.count }
    b1 = w1 + shapes[first].count
    w2 = b1 + shapes[first + 1].count
    b2 = w2 + shapes[first + 2].count
    count = b2 + shapes[first + 3].count
  }
}

/// The way back through the block for a range of rows.
private struct BackwardPass {
  let dy: Operand
  let packing: [KernelCall]
  let partials: Int
  let layout: PartialLayout
  private let x, dx, temporary: Operand
  /// The wide tensor, where it was kept.
  private let kept: Operand?
  private let w1, w1Back, w2Back: PackedWeight
  private let bias, scale, normWeight: Operand?
  private let norm: RowNorm?
  private let epsilon: Float
  private let activation: ek_activation
  private let isa: ISA
  private let product: RowProduct
  private let tile, channels, hidden, outputs: Int

  init(_ gradient: MLPBlockGradient, _ binding: Binding, first: Int) throws(RuntimeError) {
    let block = gradient.block
    isa = binding.isa
    product = RowProduct(isa: binding.isa, isRounded: binding.precision == .bfloat16)
    dy = try binding.operand(0)
    x = try binding.operand(1)
    let shape = binding.inputs[1].shape
    dx = binding.output.view(shape, from: 0, stride: shape.columns)
    temporary = binding.temporary
    var offset = 0
    w1 = try PackedWeight(binding, first, .rows, at: &offset)
    w1Back = try PackedWeight(binding, first, .transposed, at: &offset)
    w2Back = try PackedWeight(binding, first + 2, .transposed, at: &offset)
    packing = (gradient.readsWide ? [] : w1.packing) + w1Back.packing + w2Back.packing
    partials = offset
    layout = PartialLayout(binding.inputs.map(\.shape), first: first)
    bias = try binding.operand(first + 1)
    scale = block.hasScale ? try binding.operand(first + 4) : nil
    epsilon = Float(block.epsilon ?? 0)
    norm = try block.epsilon.map { epsilon throws(RuntimeError) in
      try RowNorm(binding, epsilon: epsilon, weight: 2)
    }
    normWeight = block.epsilon == nil ? nil : try binding.operand(2)
    kept = gradient.readsWide ? try binding.contiguousOperand(binding.inputs.count - 1) : nil
    activation = block.activation.code
    (channels, hidden, outputs) = (shape.columns, w1.columns, dy.columns)
    tile = Self.tileRows(rowCount: 2 * channels + 3 * hidden + outputs)
  }

  /// Rows whose tensors fit half of a common second-level cache, and enough of them for the sums of the
  /// weights' gradients, which every tile reads and writes.
  private static func tileRows(rowCount: Int) -> Int {
    let cache = 512 * 1024
    return min(max(96, cache / (4 * rowCount) / 12 * 12), 240)
  }

  /// Floats for what one product rearranges.
  private var productScratch: Int {
    [
      w1.scratchCount(rows: tile), w1Back.scratchCount(rows: tile),
      w2Back.scratchCount(rows: tile),
      RowProduct.scratchCount(outputs: outputs, columns: hidden),
      RowProduct.scratchCount(outputs: hidden, columns: channels),
    ].reduce(0, max)
  }

  var scratchCount: Int { tile * (2 * channels + 3 * hidden + outputs) + productScratch }

  func run(_ frame: Frame, rows range: Range<Int>, part: Int) {
    let sums = unsafe temporary.pointer(frame) + (partials + part * layout.count)
    unsafe sums.update(repeating: 0, count: layout.count)
    for start in stride(from: range.lowerBound, to: range.upperBound, by: tile) {
      unsafe run(frame, from: start, rows: min(tile, range.upperBound - start), sums)
    }
  }

  /// One tile.
  private func run(
    _ frame: Frame, from start: Int, rows: Int, _ sums: UnsafeMutablePointer<Float>
  ) {
    let at = BackwardTile(
      frame, start: start, rows: rows, capacity: tile, channels: channels, hidden: hidden,
      outputs: outputs)
    let input = unsafe normalized(at)
    if kept == nil { unsafe widen(input, at) }
    goBackToWide(at)
    unsafe addWeightGradients(input, at, to: sums)
    unsafe goBackToInput(at, sums)
  }

  /// What `w1` is multiplied by: norm(x), or x.
  private func normalized(_ at: BackwardTile) -> ek_rows {
    let input = unsafe UnsafePointer(x.pointer(at.frame, row: at.start))
    guard let norm else { return unsafe Self.evenRows(input, x.stride) }
    unsafe norm.run(
      at.frame, input, rows: at.rows, columns: channels, stride: x.stride, to: at.normalized)
    return unsafe Self.evenRows(at.normalized, channels)
  }

  /// The pre-activation, where it wasn't kept.
  private func widen(_ input: ek_rows, _ at: BackwardTile) {
    let left = unsafe w1.left(
      input.at, rows: at.rows, stride: Int(input.stride), scratch: at.rounded)
    unsafe w1.multiply(
      left, rows: at.rows, at.frame, to: at.wide, stride: hidden,
      Self.adding(bias?.pointer(at.frame)))
  }

  /// The gradient of the pre-activation, and the activation.
  private func goBackToWide(_ at: BackwardTile) {
    let (code, count, h) = (isa.code, Int64(at.rows), Int64(hidden))
    var d = unsafe Self.evenRows(dy.pointer(at.frame, row: at.start), dy.stride)
    if let scale {
      let o = Int64(outputs)
      unsafe ek_multiply_f32(
        code, count, o, d.at, d.stride, scale.pointer(at.frame), 0, at.dScaled, o)
      unsafe d = Self.evenRows(at.dScaled, outputs)
    }
    let left = unsafe w2Back.left(d.at, rows: at.rows, stride: Int(d.stride), scratch: at.rounded)
    unsafe w2Back.multiply(
      left, rows: at.rows, at.frame, to: at.dWide, stride: hidden, Self.adding(nil))
    unsafe ek_activation_with_gradient_f32(
      code, count, h, activation, at.dWide, h, kept?.pointer(at.frame, row: at.start) ?? at.wide,
      h, at.activated, h, at.dWide, h)
  }

  private func addWeightGradients(
    _ input: ek_rows, _ at: BackwardTile, to sums: UnsafeMutablePointer<Float>
  ) {
    let (code, count) = (isa.code, Int64(at.rows))
    let (h, o) = (Int64(hidden), Int64(outputs))
    let from = unsafe UnsafePointer(dy.pointer(at.frame, row: at.start))
    unsafe product.run(
      (outputs, hidden, at.rows), from, stride: dy.stride, Self.evenRows(at.activated, hidden),
      to: sums + layout.w2, stride: hidden, accumulating: true, scratch: at.rounded)
    unsafe ek_sum_rows_f32(code, count, o, from, Int64(dy.stride), 1, sums + layout.b2)
    unsafe product.run(
      (hidden, channels, at.rows), at.dWide, stride: hidden, input, to: sums + layout.w1,
      stride: channels, accumulating: true, scratch: at.rounded)
    unsafe ek_sum_rows_f32(code, count, h, at.dWide, h, 1, sums + layout.b1)
  }

  private func goBackToInput(_ at: BackwardTile, _ sums: UnsafeMutablePointer<Float>) {
    let (count, c) = (Int64(at.rows), Int64(channels))
    let target = unsafe norm == nil ? dx.pointer(at.frame, row: at.start) : at.dNormalized
    let left = unsafe w1Back.left(at.dWide, rows: at.rows, stride: hidden, scratch: at.rounded)
    unsafe w1Back.multiply(
      left, rows: at.rows, at.frame, to: target, stride: channels, Self.adding(nil))
    guard let normWeight else { return }
    unsafe ek_layer_norm_gradient_f32(
      isa.code, count, c, target, c, x.pointer(at.frame, row: at.start), Int64(x.stride),
      normWeight.pointer(at.frame), epsilon, dx.pointer(at.frame, row: at.start), c, sums,
      sums + channels)
  }

  private static func evenRows(_ at: UnsafePointer<Float>, _ stride: Int) -> ek_rows {
    unsafe ek_rows(at: at, stride: Int64(stride), group: .max, group_stride: 0)
  }

  private static func adding(_ bias: UnsafePointer<Float>?) -> ek_epilogue {
    unsafe ek_epilogue(
      bias: bias, activation: EK_IDENTITY, scale: nil, residual: nil, residual_stride: 0,
      activates_sum: 0)
  }
}

/// Adds the parts. Each row of what stands for the gradient of `w2` was summed without the scale:
/// times the scale it is that gradient, and times `w2` it is the scale's.
private struct PartialSum {
  private let output, temporary: Operand
  private let w2, b2, scale: Operand?
  private let layout: PartialLayout
  private let partials, parts, dxCount, hidden, outputs: Int
  private let isa: ISA
  /// Floats of the gradients before that of `w2` that one item adds.
  private let piece = 4096

  init(
    _ gradient: MLPBlockGradient, _ binding: Binding, _ pass: BackwardPass, first: Int
  ) throws(RuntimeError) {
    isa = binding.isa
    output = binding.output
    temporary = binding.temporary
    w2 = try binding.operand(first + 2)
    b2 = try binding.operand(first + 3)
    scale = gradient.block.hasScale ? try binding.operand(first + 4) : nil
    layout = pass.layout
    partials = pass.partials
    parts = binding.options.threads
    dxCount = binding.inputs[1].shape.count
    hidden = binding.inputs[first + 2].shape[1]
    outputs = binding.inputs[first + 2].shape[0]
  }

  private var pieces: Int { (layout.w2 + piece - 1) / piece }

  var call: KernelCall {
    KernelCall(items: pieces + outputs) { [self] frame, range in
      for item in range {
        if item < pieces {
          let start = item * piece
          sum(frame, start..<min(start + piece, layout.w2))
        } else {
          finish(frame, row: item - pieces)
        }
      }
    }
  }

  /// The sum over all parts, to the output.
  private func sum(_ frame: Frame, _ range: Range<Int>) {
    let count = Int64(range.count)
    let target = unsafe output.pointer(frame) + (dxCount + range.lowerBound)
    let from = unsafe temporary.pointer(frame) + (partials + range.lowerBound)
    unsafe ek_copy_f32(1, count, from, count, target, count)
    for part in 1..<max(parts, 1) {
      unsafe ek_add_f32(
        isa.code, 1, count, target, count, from + part * layout.count, count, target, count)
    }
  }

  /// One row of `w2`, with its elements of `b2` and the scale.
  private func finish(_ frame: Frame, row: Int) {
    let start = layout.w2 + row * hidden
    sum(frame, start..<start + hidden)
    sum(frame, layout.b2 + row..<layout.b2 + row + 1)
    guard let scale, let w2, let b2 else { return }
    let gradients = unsafe output.pointer(frame) + dxCount
    let weight = unsafe w2.pointer(frame, row: row)
    let (dWeight, dBias) = unsafe (gradients + start, gradients + layout.b2 + row)
    let factor = unsafe scale.pointer(frame)[row]
    unsafe gradients[layout.count + row] =
      Self.dot(weight, dWeight, hidden) + b2.pointer(frame)[row] * dBias.pointee
    for column in 0..<hidden { unsafe dWeight[column] *= factor }
    unsafe dBias.pointee *= factor
  }

  private static func dot(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Float {
    let (a, b) = unsafe (UnsafeRawPointer(a), UnsafeRawPointer(b))
    var sums = SIMD16<Float>.zero
    let whole = count / 16 * 16
    for offset in stride(from: 0, to: 4 * whole, by: 64) {
      unsafe sums +=
        a.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        * b.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
    }
    var sum = sums.sum()
    for offset in stride(from: 4 * whole, to: 4 * count, by: 4) {
      unsafe sum +=
        a.loadUnaligned(fromByteOffset: offset, as: Float.self)
        * b.loadUnaligned(fromByteOffset: offset, as: Float.self)
    }
    return sum
  }
}
