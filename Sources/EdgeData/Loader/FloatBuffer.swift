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
    ofFirst count: Int, _ body: (RawSpan) throws -> Result
  ) rethrows -> Result {
    precondition(0...capacity ~= count, "\(count) of \(capacity)")
    let bytes = unsafe UnsafeRawBufferPointer(
      start: base, count: count * MemoryLayout<Float>.stride)
    return try body(unsafe RawSpan(_unsafeBytes: bytes))
  }

  func withFloats<Result>(
    ofFirst count: Int, _ body: (Span<Float>) throws -> Result
  ) rethrows -> Result {
    precondition(0...capacity ~= count, "\(count) of \(capacity)")
    return try body(unsafe Span(_unsafeStart: UnsafePointer(base), count: count))
  }

  /// - Precondition: no other thread uses the range meanwhile.
  func withMutableFloats<Result>(
    _ range: Range<Int>, _ body: (inout MutableSpan<Float>) throws -> Result
  ) rethrows -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity, "\(range) of \(capacity)")
    var span = unsafe MutableSpan(_unsafeStart: base + range.lowerBound, count: range.count)
    return try body(&span)
  }
}
