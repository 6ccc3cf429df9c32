import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What people and scripts see.
enum Console {
  /// Why results could not be written to standard output.
  enum Failure: Error, Equatable, CustomStringConvertible {
    /// The reader has seen enough: `| head`.
    case brokenPipe
    case unwritable(reason: String)

    var description: String {
      switch self {
      case .brokenPipe: "standard output: nobody reads it"
      case .unwritable(let reason): "standard output: cannot write: \(reason)"
      }
    }
  }

  /// Results, on standard output at once, so that a reader at the other end of a pipe needn't wait.
  static func result(_ lines: [String]) throws(Failure) {
    let error = write(lines.map { $0 + "\n" }.joined(), to: STDOUT_FILENO)
    if error == EPIPE { throw .brokenPipe }
    if error != 0 { throw .unwritable(reason: unsafe String(cString: strerror(error))) }
  }

  /// A value for scripts: one line of JSON on standard output.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try result([String(decoding: encoder.encode(value), as: UTF8.self)])
  }

  /// A line for people, on standard error, so that standard output holds results only.
  static func note(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Puts text in the place of the line that stands on a terminal.
  static func replaceLine(_ text: String) { write("\r\u{1B}[K" + text, to: STDERR_FILENO) }

  /// Whether a person watches what goes to standard error.
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether results fly past that person too.
  static var showsResults: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Writes all of a text; returns the system's error number, 0 for none.
  @discardableResult
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe systemWrite(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return errno }
      rest = rest.dropFirst(count)
    }
    return 0
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  #if canImport(Glibc)
    unsafe Glibc.write(descriptor, bytes, count)
  #elseif canImport(Musl)
    unsafe Musl.write(descriptor, bytes, count)
  #else
    unsafe Darwin.write(descriptor, bytes, count)
  #endif
}
