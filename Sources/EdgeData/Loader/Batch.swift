import EdgeGraph

/// Prepared pictures, and what a network should make of them.
public struct Batch: Sendable {
  /// `[n, height, width, 3]`.
  public let images: BatchImages
  /// `[n, t]`: the t values that the preparation wrote for each picture; t may be 0.
  public let targets: BatchImages
  /// Which pictures of the data set these are.
  public let indices: [Int]
  public let height, width: Int

  public var count: Int { indices.count }

  /// The images as a graph's input, not copied.
  public var input: TensorData {
    TensorData(shape: [count, height, width, 3], dtype: .float32, storage: images)
  }
}

/// The images or the targets of a batch. Their memory goes back to the loader with the last
/// reference to either.
public final class BatchImages: TensorStorage {
  private let loan: BufferLoan
  private let range: Range<Int>

  init(_ loan: BufferLoan, range: Range<Int>) {
    self.loan = loan
    self.range = range
  }

  /// Of the values.
  public var count: Int { range.count }

  public var byteCount: Int { count * MemoryLayout<Float>.stride }

  public func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
    try loan.buffer.withBytes(range, body)
  }

  public func withFloats<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
    try loan.buffer.withFloats(range, body)
  }
}

/// A loader's buffer in the consumer's hands, given back with the last reference.
final class BufferLoan: Sendable {
  let buffer: FloatBuffer
  private let giveBack: @Sendable (FloatBuffer) -> Void

  init(_ buffer: FloatBuffer, giveBack: @escaping @Sendable (FloatBuffer) -> Void) {
    self.buffer = buffer
    self.giveBack = giveBack
  }

  deinit { giveBack(buffer) }
}
