import CEdgeKernels
import EdgeGraph

/// Sums over rows in two steps: first ranges of rows, as many as there are threads, each with
/// memory of its own; then one range after another. The result depends on the number of threads,
/// but not on who did which range.
struct RowParts {
  /// The number of ranges.
  let count: Int
  /// Floats of the sums.
  let columns: Int
  private let rows: Int
  private let memory: Operand
  private let isa: ISA

  /// Floats between the sums of two ranges: whole cache lines, so that threads don't share any.
  private static func step(columns: Int) -> Int { (columns + 15) / 16 * 16 }

  /// Floats that an operation with such sums asks for.
  static func temporaryCount(columns: Int, _ options: RuntimeOptions) -> Int {
    options.threads * step(columns: columns)
  }

  /// The ranges of `rows`, with sums at the start of the operation's temporary memory.
  init(_ binding: Binding, rows: Int, columns: Int) {
    count = binding.options.threads
    self.rows = rows
    self.columns = columns
    isa = binding.isa
    memory = binding.temporary.view(
      [count, columns], from: 0, stride: Self.step(columns: columns))
  }

  func range(_ part: Int) -> Range<Int> {
    rows * part / count..<rows * (part + 1) / count
  }

  func pointer(_ frame: Frame, _ part: Int) -> UnsafeMutablePointer<Float> {
    unsafe memory.pointer(frame, row: part)
  }

  /// A call whose items are the ranges.
  ///
  /// - Parameter body: adds the rows of a range to sums that are zero before.
  func call(
    _ body: @escaping @Sendable (Frame, Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) -> KernelCall {
    KernelCall(items: count) { [self] frame, parts in
      for part in parts {
        let sums = unsafe pointer(frame, part)
        unsafe sums.update(repeating: 0, count: columns)
        unsafe body(frame, range(part), sums)
      }
    }
  }

  /// The same with sums of their own for every 256 rows, so that a long range isn't rounded at each
  /// row to the precision of its whole sum.
  func callByBlocks(
    _ body: @escaping @Sendable (Frame, Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) -> KernelCall {
    let blockRows = 256
    var call = unsafe call { [isa, columns] frame, range, sums in
      let (block, count) = unsafe (frame.scratch, Int64(columns))
      for start in stride(from: range.lowerBound, to: range.upperBound, by: blockRows) {
        unsafe block.update(repeating: 0, count: columns)
        unsafe body(frame, start..<min(start + blockRows, range.upperBound), block)
        unsafe ek_add_f32(isa.code, 1, count, sums, count, block, count, sums, count)
      }
    }
    call.scratchCount = columns
    return call
  }

  /// The sums of some columns over all ranges, in order.
  func add(_ frame: Frame, _ range: Range<Int>, to y: UnsafeMutablePointer<Float>) {
    unsafe ek_add_parts_f32(
      isa.code, Int64(count), Int64(range.count), pointer(frame, 0) + range.lowerBound,
      Int64(memory.stride), y + range.lowerBound)
  }

  /// The gradient of a weight `[channels, taps]` from sums `[taps, channels]`: adds the parts that
  /// `sums` made, in order, and transposes them.
  func gradientCall(after sums: KernelCall, channels: Int, to output: Operand) -> KernelCall {
    let taps = columns / max(channels, 1)
    return KernelCall(before: [sums], items: channels) { [self] frame, range in
      let (width, stride) = (Int64(range.count), Int64(channels))
      let sum = unsafe pointer(frame, 0) + range.lowerBound
      for part in 1..<count {
        unsafe ek_add_f32(
          isa.code, Int64(taps), width, sum, stride, pointer(frame, part) + range.lowerBound,
          stride, sum, stride)
      }
      unsafe ek_transpose_f32(
        Int64(taps), width, sum, stride, output.pointer(frame) + range.lowerBound * taps,
        Int64(taps))
    }
  }
}
