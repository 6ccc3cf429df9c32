import EdgeGraph

/// The operands of an element-by-element operation, the second of which repeats over the first: one
/// row for all or for every image, a block of rows for every image, or a number for a block of rows.
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
  private let rows: RepeatedRows
  private let hasNumbers: Bool

  init(_ binding: Binding, _ name: String) throws(RuntimeError) {
    a = try binding.operand(0)
    b = try binding.operand(1)
    output = binding.output
    let axes = try RepeatedAxes(
      binding.inputs[1].shape, over: binding.inputs[0].shape, name, binding)
    rows = axes.rows(columns: a.columns)
    hasNumbers = axes.inner == 1
  }

  func call(_ function: @escaping Function, scalar: @escaping ScalarFunction) -> KernelCall {
    unsafe hasNumbers ? numbers(scalar) : wholeRows(function)
  }

  private func wholeRows(_ function: @escaping Function) -> KernelCall {
    KernelCall(items: a.rows) { [a, b, output, rows] frame, range in
      rows.eachRun(range) { run, source in
        unsafe function(
          Int64(run.count), Int64(a.columns), a.pointer(frame, row: run.lowerBound),
          Int64(a.stride), b.pointer(frame, row: source), Int64(rows.isSingle ? 0 : b.stride),
          output.pointer(frame, row: run.lowerBound), Int64(output.stride))
      }
    }
  }

  private func numbers(_ function: @escaping ScalarFunction) -> KernelCall {
    KernelCall(items: a.rows) { [a, b, output, rows] frame, range in
      rows.eachRun(range) { run, source in
        unsafe function(
          Int64(run.count), Int64(a.columns), a.pointer(frame, row: run.lowerBound),
          Int64(a.stride), b.pointer(frame, row: source)[0],
          output.pointer(frame, row: run.lowerBound), Int64(output.stride))
      }
    }
  }
}
