import EdgeGraph

/// The operands of a loss: logits and what they are compared with, two matrices of one shape, and a
/// number for every row.
struct LossOperands {
  typealias Loss =
    @Sendable (
      _ rows: Int64, _ columns: Int64, _ z: UnsafePointer<Float>, _ zStride: Int64,
      _ t: UnsafePointer<Float>, _ tStride: Int64, _ y: UnsafeMutablePointer<Float>
    ) -> Void

  typealias Gradient =
    @Sendable (
      _ rows: Int64, _ columns: Int64, _ dy: UnsafePointer<Float>, _ z: UnsafePointer<Float>,
      _ zStride: Int64, _ t: UnsafePointer<Float>, _ tStride: Int64,
      _ dz: UnsafeMutablePointer<Float>, _ dzStride: Int64
    ) -> Void

  private let logits, other, output: Operand

  /// - Parameter first: the index of the logits among the inputs; what they are compared with
  ///   follows.
  init(_ binding: Binding, first: Int = 0) throws(RuntimeError) {
    logits = try binding.operand(first)
    other = try binding.operand(first + 1)
    output = binding.output
  }

  func loss(_ function: @escaping Loss) -> KernelCall {
    KernelCall(items: logits.rows) { [self] frame, range in
      let row = range.lowerBound
      unsafe function(
        Int64(range.count), Int64(logits.columns), logits.pointer(frame, row: row),
        Int64(logits.stride), other.pointer(frame, row: row), Int64(other.stride),
        output.pointer(frame) + row)
    }
  }

  /// - Parameter dy: a number for every row.
  func gradient(_ dy: Operand, _ function: @escaping Gradient) -> KernelCall {
    KernelCall(items: logits.rows) { [self] frame, range in
      let row = range.lowerBound
      unsafe function(
        Int64(range.count), Int64(logits.columns), dy.pointer(frame) + row,
        logits.pointer(frame, row: row), Int64(logits.stride), other.pointer(frame, row: row),
        Int64(other.stride), output.pointer(frame, row: row), Int64(output.stride))
    }
  }
}
