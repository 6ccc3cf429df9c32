import CEdgeCodecs

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A run of bytes that never changes: a mapped file, or what was inflated from one. It is unmapped
/// with the last reference to it.
///
/// This file, with AtomicFile.swift, holds all the unsafe code of the readers; they see bytes
/// through ``ByteSlice``, which checks every access. Nothing guards against another process that
/// shortens the file while it is mapped: as with any mapping, that ends the process.
@safe final class MappedBytes: Sendable {
  /// The file that the bytes come from, for error messages.
  let path: String
  let byteCount: Int
  /// Safe to share: the bytes are only written before `init` returns, and the mapping lives until
  /// `deinit`.
  private nonisolated(unsafe) let base: UnsafeMutableRawPointer?

  /// Maps a file, read-only. Opened without waiting: a pipe that nobody writes to is refused like
  /// everything that is not a regular file.
  init(contentsOf path: String) throws(FormatError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .lastSystemError(path, "open") }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .lastSystemError(path, "read") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .system(path: path, operation: "read", reason: "not a regular file")
    }
    self.path = path
    byteCount = Int(status.st_size)
    unsafe base = try Self.map(byteCount, PROT_READ, MAP_PRIVATE, descriptor, path)
  }

  /// The content of a raw deflate stream of `byteCount` bytes in pages of its own.
  ///
  /// - Parameter checksum: CRC-32 of the content; 0 where the writer left it out.
  init(
    inflating stream: ByteSlice, byteCount: Int, checksum: UInt32, place: String
  ) throws(FormatError) {
    path = stream.bytes.path
    self.byteCount = byteCount
    unsafe base = try Self.map(
      byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | Self.anonymous, -1, path)
    var found: UInt32 = 0
    let result = stream.withBytes { input in
      unsafe input.withUnsafeBytes { input in
        unsafe edge_inflate(
          input.baseAddress, input.count, base, byteCount, &found)
      }
    }
    guard result == EDGE_INFLATE_OK, checksum == 0 || checksum == found else {
      throw .malformed(
        path: path, place: place, expected: "\(byteCount) deflated bytes",
        found: Self.inflateFailure(Int(result)))
    }
  }

  /// A copy of bytes that come from no file.
  init(copying bytes: [UInt8], name: String) throws(FormatError) {
    path = name
    byteCount = bytes.count
    unsafe base = try Self.map(
      byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | Self.anonymous, -1, name)
    unsafe base?.copyMemory(from: bytes, byteCount: byteCount)
  }

  deinit {
    if let base = unsafe base { unsafe munmap(base, byteCount) }
  }

  /// The bytes, all of them.
  func withBytes<Result>(
    at offset: Int, count: Int, _ body: (RawSpan) throws -> Result
  ) rethrows -> Result {
    precondition(offset >= 0 && count >= 0 && offset <= byteCount - count)
    let start = unsafe base.map { unsafe UnsafeRawPointer($0 + offset) }
    return try body(
      unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: start, count: count)))
  }

  /// A number in this machine's byte order at any address, or nil where it does not lie within.
  @inline(__always)
  func load<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Value.Type
  ) -> Value? {
    guard let base = unsafe base, offset >= 0, offset <= byteCount - MemoryLayout<Value>.size
    else { return nil }
    return unsafe base.loadUnaligned(fromByteOffset: offset, as: type)
  }

  /// Text in UTF-8; what is not UTF-8 becomes U+FFFD.
  func text(at offset: Int, count: Int) -> String {
    withBytes(at: offset, count: count) { span in
      unsafe span.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
  }

  private static func map(
    _ count: Int, _ protection: Int32, _ flags: Int32, _ descriptor: Int32, _ path: String
  ) throws(FormatError) -> UnsafeMutableRawPointer? {
    guard count > 0 else { return nil }
    let address = unsafe mmap(nil, count, protection, flags, descriptor, 0)
    guard unsafe address != MAP_FAILED else { throw .lastSystemError(path, "map") }
    return unsafe address
  }

  #if canImport(Darwin)
    private static let anonymous = MAP_ANON
  #else
    private static let anonymous = MAP_ANONYMOUS
  #endif

  private static func inflateFailure(_ code: Int) -> String {
    switch code {
    case EDGE_INFLATE_OK: "another checksum"
    case EDGE_INFLATE_TOO_LONG: "more"
    case EDGE_INFLATE_TOO_SHORT: "fewer"
    case EDGE_INFLATE_MEMORY: "no memory to inflate"
    default: "a damaged deflate stream"
    }
  }
}

extension FormatError {
  /// What the system's last failed call on this thread left in `errno`.
  static func lastSystemError(_ path: String, _ operation: String) -> FormatError {
    let reason = unsafe strerror(errno).map { unsafe String(cString: $0) }
    return .system(path: path, operation: operation, reason: reason ?? "error \(errno)")
  }
}
