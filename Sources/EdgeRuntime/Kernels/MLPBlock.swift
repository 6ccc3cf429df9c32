import CEdgeKernels
import EdgeGraph

/// An encoder's MLP over tiles of rows, so that the wide tensor between the two products stays in
/// the cache: y = residual + scale · (activation(norm(x) W₁ + b₁) W₂ + b₂).
///
/// - Inputs: `x` `[..., c]`; `weight` and `bias` of the layer norm if there is one; `w1`
///   `[hidden, c]`, `b1`, `w2` `[out, hidden]`, `b2`; then those of scale and residual that there
///   are.
/// - Output: `[..., out]`.
struct MLPBlock: Operation {
  static let name = "mlp_block"
  /// Of the layer norm; nil where the input is not normalized here.
  var epsilon: Double?
  var activation: MatrixProduct.Activation
  var hasScale: Bool
  var hasResidual: Bool

  /// The index of `w1` among the inputs.
  var firstWeight: Int { epsilon == nil ? 1 : 3 }
  private var scaleIndex: Int? { hasScale ? firstWeight + 4 : nil }
  private var residualIndex: Int? {
    hasResidual ? firstWeight + 4 + (hasScale ? 1 : 0) : nil
  }

  private var expand: MatrixProduct {
    MatrixProduct(source: .rows, hasBias: true, activation: activation)
  }
  private var project: MatrixProduct {
    MatrixProduct(source: .rows, hasBias: true, hasScale: hasScale, hasResidual: hasResidual)
  }

  /// The inputs of the two products, given `x` as the first one's and the hidden tensor.
  private func split<Value>(_ inputs: [Value]) -> (first: [Value], second: [Value]) {
    (Array(inputs[firstWeight..<firstWeight + 2]), Array(inputs[(firstWeight + 2)...]))
  }

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (first, second) = split(inputs)
    return try project.outputShape([try expand.outputShape([inputs[0]] + first)] + second)
  }

  func cost(_ inputs: [Shape]) -> Cost {
    let (first, second) = split(inputs)
    let hidden = inputs[0].replacing(axis: -1, with: first[0][0])
    return expand.cost([inputs[0]] + first) + project.cost([hidden] + second)
  }

  func reference(_ inputs: [Reference]) -> Reference {
    let (first, second) = split(inputs)
    let x =
      epsilon.map { LayerNormalization(epsilon: $0).reference(Array(inputs[..<3])) } ?? inputs[0]
    return project.reference([expand.reference([x] + first)] + second)
  }
}

extension MLPBlock: Kernel {
  var reusableInputs: [Int] { (residualIndex.map { [$0] } ?? []) }

  func temporaryCount(_ request: TemporaryRequest) -> Int {
    [firstWeight, firstWeight + 2].reduce(0) { total, index in
      total + WeightForm.rows.temporaryCount(request, index)
    }
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let x = try binding.operand(0)
    let output = binding.output
    var offset = 0
    let first = try PackedWeight(binding, firstWeight, at: &offset)
    let second = try PackedWeight(binding, firstWeight + 2, at: &offset)
    let hiddenEnd = try Epilogue(binding, bias: firstWeight + 1, activation: activation)
    let end = try Epilogue(
      binding, bias: firstWeight + 3, activation: .identity, scale: scaleIndex,
      residual: residualIndex)
    let norm = try epsilon.map { epsilon throws(RuntimeError) in
      try RowNorm(binding, epsilon: epsilon)
    }
    let tile = Self.tileRows(columns: x.columns, hiddenBytes: second.rowBytes)
    let hiddenCount = tile * second.rowBytes / 4
    let normalizedCount = norm == nil ? 0 : tile * x.columns
    return KernelCall(
      before: first.packing + second.packing, items: output.rows,
      scratchCount: hiddenCount + normalizedCount + first.scratchCount(rows: tile)
    ) { frame, range in
      for start in stride(from: range.lowerBound, to: range.upperBound, by: tile) {
        let rows = min(tile, range.upperBound - start)
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
        let middle = unsafe first.multiply(
          left, rows: rows, frame, hidden: hidden, next: second,
          hiddenEnd.values(frame, firstRow: 0))
        second.multiply(middle, rows: rows, frame, output, firstRow: start, end)
      }
    }
  }

  /// Rows whose hidden tensor fits half of a common second-level cache, at least one register tile.
  private static func tileRows(columns: Int, hiddenBytes: Int) -> Int {
    let cache = 512 * 1024
    let rows = cache / (4 * columns + hiddenBytes)
    return max(12, rows / 12 * 12)
  }
}
