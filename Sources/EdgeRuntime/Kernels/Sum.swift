import CEdgeKernels
import EdgeGraph

/// Sums along axes that lie side by side: over a batch, over images, over rows, over everything.
///
/// The sums are split over what remains where that is enough for all threads; else ranges of what is
/// summed have sums of their own, which are added in order.
extension Sum: Kernel {
  func temporaryCount(_ request: TemporaryRequest) -> Int {
    guard let axes = RepeatedAxes(shape, over: request.inputs[0]) else { return 0 }
    return request.options.threads * (isSplitByResult(axes) ? 0 : axes.inner)
  }

  /// Whether there are results enough for all threads.
  private func isSplitByResult(_ axes: RepeatedAxes) -> Bool {
    let enough = 4096
    return axes.outer > 1 || axes.inner >= enough
  }

  func bind(_ binding: Binding) throws(RuntimeError) -> KernelCall {
    let axes = try RepeatedAxes(shape, over: binding.inputs[0].shape, Self.name, binding)
    let sums = SummedRows(
      x: try binding.operand(0), axes: axes, isa: binding.isa)
    let output = try binding.contiguousOutput()
    if axes.outer > 1 {
      return KernelCall(items: axes.outer) { frame, range in
        for block in range {
          unsafe sums.add(
            frame, block: block, 0..<axes.repeated, 0..<axes.inner,
            to: output.pointer(frame) + block * axes.inner)
        }
      }
    }
    if isSplitByResult(axes) {
      return KernelCall(items: axes.inner) { frame, range in
        unsafe sums.add(
          frame, block: 0, 0..<axes.repeated, range, to: output.pointer(frame))
      }
    }
    return inParts(sums, output, binding)
  }

  /// Every thread's range of what is summed, then their sum.
  private func inParts(
    _ sums: SummedRows, _ output: Operand, _ binding: Binding
  ) -> KernelCall {
    let (axes, temporary) = (sums.axes, binding.temporary)
    let parts = min(binding.options.threads, max(sums.count, 1))
    let partial = KernelCall(items: parts) { frame, range in
      for part in range {
        unsafe sums.add(
          frame, block: 0, sums.range(part, of: parts), 0..<axes.inner,
          to: temporary.pointer(frame) + part * axes.inner)
      }
    }
    let code = binding.isa.code
    return KernelCall(before: [partial], items: 1) { frame, _ in
      unsafe ek_sum_rows_f32(
        code, Int64(parts), Int64(axes.inner), temporary.pointer(frame), Int64(axes.inner), 0,
        output.pointer(frame))
    }
  }
}

/// A tensor as blocks, one for each sum or row of sums.
private struct SummedRows {
  let x: Operand
  let axes: RepeatedAxes
  let isa: ISA

  /// Whether whole rows are summed, to one number.
  private var isTotal: Bool { axes.inner == 1 }

  /// What can be split: rows, or blocks of rows that are added to each other.
  var count: Int { isTotal ? axes.repeated / x.columns : axes.repeated }

  /// One of the ranges of what is summed.
  func range(_ part: Int, of parts: Int) -> Range<Int> {
    let unit = axes.repeated / max(count, 1)
    return count * part / parts * unit..<count * (part + 1) / parts * unit
  }

  /// The sums of a range of the repeated axes, at a range of the inner ones; `y` is the first of all.
  func add(
    _ frame: Frame, block: Int, _ range: Range<Int>, _ inner: Range<Int>,
    to y: UnsafeMutablePointer<Float>
  ) {
    if isTotal {
      let first = (block * axes.repeated + range.lowerBound) / x.columns
      unsafe ek_sum_f32(
        isa.code, Int64(range.count / x.columns), Int64(x.columns), x.pointer(frame, row: first),
        Int64(x.stride), y)
      return
    }
    let lines = axes.inner / x.columns
    let first = (block * axes.repeated + range.lowerBound) * lines
    // Without gaps, the rows that a sum doesn't mix are one row.
    let width = x.isContiguous ? axes.inner : x.columns
    for line in inner.lowerBound / width..<(inner.upperBound + width - 1) / width {
      let columns = inner.clamped(to: line * width..<(line + 1) * width)
      unsafe ek_sum_rows_f32(
        isa.code, Int64(range.count), Int64(columns.count),
        x.pointer(frame, row: first + line) + (columns.lowerBound - line * width),
        Int64(x.stride * lines), 0, y + columns.lowerBound)
    }
  }
}
