import CEdgeKernels
import EdgeGraph

extension MLPBlock: Kernel {
  var reusableInputs: [Int] { keepsWide ? [] : residualIndex.map { [$0] } ?? [] }

  func temporaryCount(_ request: TemporaryRequest) -> Int {
    [firstWeight, firstWeight + 2].reduce(0) { total, index in
      total + WeightForm.rows.temporaryCount(request, index)
    }
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let pass = try ForwardPass(self, binding, scale: scaleIndex, residual: residualIndex)
    return KernelCall(
      before: pass.packing, items: pass.rows, scratchCount: pass.scratchCount
    ) { frame, range in
      for start in stride(from: range.lowerBound, to: range.upperBound, by: pass.tile) {
        pass.run(frame, from: start, rows: min(pass.tile, range.upperBound - start))
      }
    }
  }
}

/// The way through the block, by tiles of rows.
private struct ForwardPass {
  /// Rows of a tile.
  let tile: Int
  private let x, output: Operand
  /// Where the wide tensor is kept.
  private let wide: Operand?
  private let first, second: PackedWeight
  private let expandBias: Operand
  private let activation: ActivationFunction
  private let hiddenEnd, end: Epilogue
  private let norm: RowNorm?
  private let isa: ISA

  init(
    _ block: MLPBlock, _ binding: Binding, scale: Int?, residual: Int?
  ) throws(RuntimeError) {
    let index = block.firstWeight
    isa = binding.isa
    x = try binding.operand(0)
    let shapes = block.resultShapes(binding.inputs.map(\.shape))
    if block.keepsWide {
      output = binding.output.view(shapes[0], from: 0, stride: shapes[0].columns)
      wide = binding.output.view(shapes[1], from: shapes[0].count, stride: shapes[1].columns)
    } else {
      output = binding.output
      wide = nil
    }
    var offset = 0
    first = try PackedWeight(binding, index, at: &offset)
    second = try PackedWeight(binding, index + 2, at: &offset)
    expandBias = try binding.operand(index + 1)
    activation = block.activation
    hiddenEnd = try Epilogue(binding, bias: index + 1, activation: block.activation)
    end = try Epilogue(
      binding, bias: index + 3, scale: scale, residual: residual)
    norm = try block.epsilon.map { epsilon throws(RuntimeError) in
      try RowNorm(binding, epsilon: epsilon)
    }
    tile = Self.tileRows(
      columns: x.columns, hiddenBytes: wide == nil ? second.rowBytes : 4 * shapes[1].columns)
  }

  /// Rows whose hidden tensor fits half of a common second-level cache, at least one register tile.
  private static func tileRows(columns: Int, hiddenBytes: Int) -> Int {
    let cache = 512 * 1024
    let rows = cache / (4 * columns + hiddenBytes)
    return max(12, rows / 12 * 12)
  }

  var rows: Int { output.rows }
  var packing: [KernelCall] { first.packing + second.packing }
  private var hiddenCount: Int { tile * (wide?.columns ?? second.rowBytes / 4) }
  private var normalizedCount: Int { norm == nil ? 0 : tile * x.columns }

  var scratchCount: Int {
    let rounded = max(
      first.scratchCount(rows: tile), wide == nil ? 0 : second.scratchCount(rows: tile))
    return hiddenCount + normalizedCount + rounded
  }

  /// One tile. In scratch lie the hidden tensor, the normalized input, and rows of either, rounded.
  func run(_ frame: Frame, from start: Int, rows: Int) {
    let hidden = unsafe frame.scratch
    let normalized = unsafe hidden + hiddenCount
    let rounded = unsafe normalized + normalizedCount
    var input = unsafe UnsafePointer(x.pointer(frame, row: start))
    var inputStride = x.stride
    if let norm {
      unsafe norm.run(
        frame, input, rows: rows, columns: x.columns, stride: x.stride, to: normalized)
      unsafe input = UnsafePointer(normalized)
      inputStride = x.columns
    }
    let left = unsafe first.left(input, rows: rows, stride: inputStride, scratch: rounded)
    let middle =
      if let wide {
        unsafe expanded(left, rows: rows, frame, wide, from: start, to: hidden, rounded)
      } else {
        unsafe first.multiply(
          left, rows: rows, frame, hidden: hidden, next: second,
          hiddenEnd.values(frame, firstRow: 0))
      }
    second.multiply(middle, rows: rows, frame, output, firstRow: start, end)
  }

  /// The hidden tensor by way of the wide one, which is kept.
  private func expanded(
    _ left: LeftRows, rows: Int, _ frame: Frame, _ wide: Operand, from start: Int,
    to hidden: UnsafeMutablePointer<Float>, _ rounded: UnsafeMutablePointer<Float>
  ) -> LeftRows {
    let (kept, columns) = unsafe (wide.pointer(frame, row: start), wide.columns)
    let end = unsafe ek_epilogue(
      bias: expandBias.pointer(frame), activation: EK_IDENTITY, scale: nil, residual: nil,
      residual_stride: 0, activates_sum: 0)
    unsafe first.multiply(left, rows: rows, frame, to: kept, stride: columns, end)
    unsafe ek_scale_shift_f32(
      isa.code, Int64(rows), Int64(columns), kept, Int64(columns), nil, nil, activation.code,
      hidden, Int64(columns))
    return unsafe second.left(hidden, rows: rows, stride: columns, scratch: rounded)
  }
}
