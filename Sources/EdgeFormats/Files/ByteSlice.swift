import EdgeGraph

/// A part of mapped bytes; every access is checked against its ends. It keeps the mapping alive.
struct ByteSlice: TensorStorage {
  let bytes: MappedBytes
  let offset: Int
  let byteCount: Int

  init(_ bytes: MappedBytes) {
    self.bytes = bytes
    offset = 0
    byteCount = bytes.byteCount
  }

  private init(_ bytes: MappedBytes, offset: Int, byteCount: Int) {
    self.bytes = bytes
    self.offset = offset
    self.byteCount = byteCount
  }

  /// `count` bytes from `position`, or nil where they do not lie within.
  func slice(at position: Int, count: Int) -> ByteSlice? {
    guard contains(position, count: count) else { return nil }
    return ByteSlice(bytes, offset: offset + position, byteCount: count)
  }

  /// A little-endian number, or nil where it does not lie within.
  @inline(__always)
  func load<Value: FixedWidthInteger & BitwiseCopyable>(
    at position: Int, as type: Value.Type
  ) -> Value? {
    guard contains(position, count: MemoryLayout<Value>.size) else { return nil }
    return bytes.load(at: offset + position, as: type).map(Value.init(littleEndian:))
  }

  /// Text in UTF-8, or nil where it does not lie within; what is not UTF-8 becomes U+FFFD.
  func text(at position: Int, count: Int) -> String? {
    guard contains(position, count: count) else { return nil }
    return bytes.text(at: offset + position, count: count)
  }

  func array(at position: Int, count: Int) -> [UInt8]? {
    guard contains(position, count: count) else { return nil }
    return bytes.withBytes(at: offset + position, count: count) { span in
      (0..<count).map { span.load(at: $0, as: UInt8.self) }
    }
  }

  func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
    try bytes.withBytes(at: offset, count: byteCount, body)
  }

  @inline(__always)
  private func contains(_ position: Int, count: Int) -> Bool {
    position >= 0 && count >= 0 && count <= byteCount && position <= byteCount - count
  }
}
