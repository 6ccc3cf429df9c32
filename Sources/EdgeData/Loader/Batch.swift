import EdgeGraph

/// Prepared pictures with their classes.
public struct Batch: Sendable {
  /// `[n, height, width, 3]`.
  public let images: BatchImages
  /// The classes, `[n]`.
  public let labels: [Int32]
  /// Which pictures of the data set these are.
  public let indices: [Int]
  public let height, width: Int

  public var count: Int { indices.count }

  /// The images as a graph's input, not copied.
  public var input: TensorData {
    TensorData(shape: [count, height, width, 3], dtype: .float32, storage: images)
  }
}

/// The values of a batch. Their memory goes back to the loader with the last reference.
public final class BatchImages: TensorStorage {
  /// Of the values.
  public let count: Int
  private let buffer: FloatBuffer
  private let release: @Sendable (FloatBuffer) -> Void

  init(_ buffer: FloatBuffer, count: Int, release: @escaping @Sendable (FloatBuffer) -> Void) {
    self.buffer = buffer
    self.count = count
    self.release = release
  }

  deinit { release(buffer) }

  public var byteCount: Int { count * MemoryLayout<Float>.stride }

  public func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
    try buffer.withBytes(ofFirst: count, body)
  }

  public func withFloats<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
    try buffer.withFloats(ofFirst: count, body)
  }
}
