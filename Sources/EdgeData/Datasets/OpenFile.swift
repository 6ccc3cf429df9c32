#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A regular file that is open for reading at any place, by any thread, for as long as this object
/// lives. Not mapped: a data set is larger than memory, and a file that another process shortens
/// gives an error here, where a mapping would end the process.
final class OpenFile: Sendable {
  let path: String
  /// Its size when it was opened.
  let byteCount: Int
  private let descriptor: Int32

  /// Opened without waiting: a pipe that nobody writes to is refused like everything that is not a
  /// regular file.
  init(_ path: String) throws(DatasetError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .missing(path: path) : .lastSystemError(path, "open")
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .system(path: path, operation: "read", reason: "not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// `count` bytes from `offset` on.
  ///
  /// - Throws: ``DatasetError/malformed(path:place:expected:found:)`` where the file ends before.
  func bytes(at offset: Int, count: Int) throws(DatasetError) -> [UInt8] {
    let available = max(0, byteCount - max(0, offset))
    guard offset >= 0, count >= 0, count <= available else {
      throw .malformed(
        path: path, place: "byte \(offset)", expected: "\(count) bytes", found: "\(available)")
    }
    var (filled, failure) = (0, Int32(0))
    let result = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while filled < count, let base = buffer.baseAddress {
        let step = unsafe pread(descriptor, base + filled, count - filled, off_t(offset + filled))
        if step < 0 && errno == EINTR { continue }
        if step < 0 { failure = errno }
        guard step > 0 else { break }
        filled += step
      }
      initialized = filled
    }
    if failure != 0 { throw .system(path, "read", failure) }
    guard filled == count else {
      throw .malformed(
        path: path, place: "byte \(offset)", expected: "\(count) bytes", found: "\(filled)")
    }
    return result
  }

  /// All bytes of a file at a path.
  static func contents(_ path: String, limit: Int = 1 << 31) throws(DatasetError) -> [UInt8] {
    let file = try OpenFile(path)
    guard file.byteCount <= limit else {
      throw .system(
        path: path, operation: "read",
        reason: "\(file.byteCount) bytes are more than the limit of \(limit)")
    }
    return try file.bytes(at: 0, count: file.byteCount)
  }
}

extension DatasetError {
  static func system(_ path: String, _ operation: String, _ code: Int32) -> DatasetError {
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) }
    return .system(path: path, operation: operation, reason: reason ?? "error \(code)")
  }

  /// What the system's last failed call on this thread left in `errno`.
  static func lastSystemError(_ path: String, _ operation: String) -> DatasetError {
    system(path, operation, errno)
  }
}
