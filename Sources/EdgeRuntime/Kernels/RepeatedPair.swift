import EdgeGraph

/// The operands of an element-by-element operation, the second of which repeats over the rows of
/// the first: one row for all, or a block of rows for every image.
struct RepeatedPair {
  typealias Function =
    @Sendable (
      _ rows: Int64, _ columns: Int64, _ a: UnsafePointer<Float>, _ aStride: Int64,
      _ b: UnsafePointer<Float>, _ bStride: Int64, _ y: UnsafeMutablePointer<Float>,
      _ yStride: Int64
    ) -> Void

  private let a, b, output: Operand

  init(_ binding: Binding, _ name: String) throws(RuntimeError) {
    a = try binding.operand(0)
    b = try binding.operand(1)
    output = binding.output
    let (shape, other) = (binding.inputs[0].shape, binding.inputs[1].shape)
    let trailing = other.dimensions.drop { $0 == 1 }
    guard other.count == 0 || shape.dimensions.suffix(trailing.count) == trailing,
      b.columns == a.columns
    else {
      throw .unsupported(
        operation: name, path: binding.path, reason: "repeating \(other) over \(shape)")
    }
  }

  func call(_ function: @escaping Function) -> KernelCall {
    let period = b.rows
    return KernelCall(items: a.rows) { frame, range in
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
}
