#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that grows: logs and event files. Each piece is written at once, at the end, so readers
/// see it whole, and the system has it when the call returns.
package final class AppendedFile: Sendable {
  private let path: String
  private let descriptor: Int32

  /// Opens a file, or makes it.
  package init(_ path: String) throws(FormatError) {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else { throw .lastSystemError(path, "write") }
  }

  deinit { close(descriptor) }

  package func append(_ bytes: [UInt8]) throws(FormatError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe AtomicFile.systemWrite(descriptor, buffer)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .lastSystemError(path, "write") }
      rest = rest.dropFirst(count)
    }
  }
}
