import EdgeGraph

/// The operands of an element-by-element operation, the second of which repeats over the first: one
/// row for all, a block of rows for every image, or a number for a block of rows.
struct RepeatedPair {
  typealias Function =
    @Sendable (
      _ rows: Int64, _ columns: Int64, _ a: UnsafePointer<Float>, _ aStride: Int64,
      _ b: UnsafePointer<Float>, _ bStride: Int64, _ y: UnsafeMutablePointer<Float>,
      _ yStride: Int64
    ) -> Void

  typealias ScalarFunction =
    @Sendable (
      _ rows: Int64, _ columns: Int64, _ a: UnsafePointer<Float>, _ aStride: Int64, _ b: Float,
      _ y: UnsafeMutablePointer<Float>, _ yStride: Int64
    ) -> Void

  private let a, b, output: Operand
  private let repeatsRows: Bool

  init(_ binding: Binding, _ name: String) throws(RuntimeError) {
    a = try binding.operand(0)
    b = try binding.operand(1)
    output = binding.output
    let (shape, other) = (binding.inputs[0].shape, binding.inputs[1].shape)
    repeatsRows = Self.repeatsRows(other, over: shape)
    guard repeatsRows || Self.repeatsNumbers(other, over: shape) else {
      throw .unsupported(
        operation: name, path: binding.path, reason: "repeating \(other) over \(shape)")
    }
  }

  /// `[c]`, `[h, w, c]` and the like, with axes of extent 1 before them.
  private static func repeatsRows(_ other: Shape, over shape: Shape) -> Bool {
    let trailing = other.dimensions.drop { $0 == 1 }
    return (other.count == 0 || shape.dimensions.suffix(trailing.count) == trailing)
      && other.columns == shape.columns
  }

  /// One number for all, or `[n, 1, 1, 1]` and the like.
  private static func repeatsNumbers(_ other: Shape, over shape: Shape) -> Bool {
    let trailing = other.dimensions.reversed().prefix { $0 == 1 }.count
    let leading = other.dimensions.dropLast(trailing)
    return other.count == 1
      || (other.rank == shape.rank && trailing > 0
        && shape.dimensions.prefix(leading.count) == leading)
  }

  func call(_ function: @escaping Function, scalar: @escaping ScalarFunction) -> KernelCall {
    unsafe repeatsRows ? rows(function) : numbers(scalar)
  }

  private func rows(_ function: @escaping Function) -> KernelCall {
    let period = b.rows
    return KernelCall(items: a.rows) { [a, b, output] frame, range in
      var row = range.lowerBound
      while row < range.upperBound {
        let end =
          period == 1 ? range.upperBound : min((row / period + 1) * period, range.upperBound)
        unsafe function(
          Int64(end - row), Int64(a.columns), a.pointer(frame, row: row), Int64(a.stride),
          b.pointer(frame, row: row % period), Int64(period == 1 ? 0 : b.stride),
          output.pointer(frame, row: row), Int64(output.stride))
        row = end
      }
    }
  }

  private func numbers(_ function: @escaping ScalarFunction) -> KernelCall {
    let block = a.rows / max(b.rows, 1)
    return KernelCall(items: a.rows) { [a, b, output] frame, range in
      var row = range.lowerBound
      while row < range.upperBound {
        let end = min((row / block + 1) * block, range.upperBound)
        unsafe function(
          Int64(end - row), Int64(a.columns), a.pointer(frame, row: row), Int64(a.stride),
          b.pointer(frame, row: row / block)[0], output.pointer(frame, row: row),
          Int64(output.stride))
        row = end
      }
    }
  }
}
