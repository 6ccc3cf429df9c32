/// Bytes of a tensor, wherever they are kept: an array, or a mapped file that stays open for as
/// long as this value lives.
public protocol TensorStorage: Sendable {
  var byteCount: Int { get }
  /// Calls `body` with the bytes: little-endian, elements in C order without gaps, at any address.
  func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result
}

/// An array as a tensor's bytes.
public struct ArrayStorage<Element: BitwiseCopyable & Sendable>: TensorStorage {
  public let values: [Element]

  public init(_ values: [Element]) { self.values = values }

  public var byteCount: Int { values.count * MemoryLayout<Element>.stride }

  public func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
    try body(unsafe values.span.bytes)
  }
}

extension RawSpan {
  /// The value stored at a byte offset, whatever its alignment.
  /// - Precondition: the value lies within the span.
  @inlinable @inline(__always)
  package func load<Value: BitwiseCopyable>(at offset: Int, as type: Value.Type) -> Value {
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: type)
  }
}
