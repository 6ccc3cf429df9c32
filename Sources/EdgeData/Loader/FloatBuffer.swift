/// Memory for one batch, used again and again.
@safe final class FloatBuffer: Sendable {
  let capacity: Int
  /// Safe to share: while a batch is prepared, every thread writes a range of its own; then it is
  /// only read until nobody holds the batch. Lives until `deinit`.
  private nonisolated(unsafe) let base: UnsafeMutablePointer<Float>
  /// Of a cache line, and of the widest vectors.
  private static let alignment = 64

  init(capacity: Int) {
    self.capacity = capacity
    let bytes = max(1, capacity) * MemoryLayout<Float>.stride
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
      .initializeMemory(as: Float.self, repeating: 0, count: max(1, capacity))
  }

  deinit { unsafe base.deallocate() }

  func withBytes<Result>(
    _ range: Range<Int>, _ body: (RawSpan) throws -> Result
  ) rethrows -> Result {
    check(range)
    let bytes = unsafe UnsafeRawBufferPointer(
      start: base + range.lowerBound, count: range.count * MemoryLayout<Float>.stride)
    return try body(unsafe RawSpan(_unsafeBytes: bytes))
  }

  func withFloats<Result>(
    _ range: Range<Int>, _ body: (Span<Float>) throws -> Result
  ) rethrows -> Result {
    check(range)
    return try body(
      unsafe Span(_unsafeStart: UnsafePointer(base + range.lowerBound), count: range.count))
  }

  /// Two parts at once.
  ///
  /// - Precondition: they don't overlap, and no other thread uses them meanwhile.
  func withMutableFloats<Result>(
    _ first: Range<Int>, _ second: Range<Int>,
    _ body: (inout MutableSpan<Float>, inout MutableSpan<Float>) throws -> Result
  ) rethrows -> Result {
    check(first)
    check(second)
    precondition(!first.overlaps(second), "\(first) and \(second) overlap")
    var front = unsafe MutableSpan(_unsafeStart: base + first.lowerBound, count: first.count)
    var back = unsafe MutableSpan(_unsafeStart: base + second.lowerBound, count: second.count)
    return try body(&front, &back)
  }

  private func check(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity, "\(range) of \(capacity)")
  }
}
