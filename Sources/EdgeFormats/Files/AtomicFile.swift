import EdgeGraph

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that appears under its name only when it is complete. What was there before stays until
/// then; without ``commit()``, nothing is left behind.
///
/// On Linux it has no name at all until then, so that a killed process leaves nothing either; where
/// the file system doesn't know such files, it has a temporary name.
package struct AtomicFile: ~Copyable {
  private let path: String
  private let byteCount: Int
  private let temporaryPath: String
  private let descriptor: Int32
  private let isNamed: Bool
  private var isCommitted = false

  /// - Parameter byteCount: what will be written, if that is known; a disk without so much room is
  ///   refused before it is full.
  package init(_ path: String, byteCount: Int = 0) throws(FormatError) {
    self.path = path
    self.byteCount = byteCount
    temporaryPath = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp"
    if let unnamed = Self.openUnnamed(inFolderOf: path) {
      descriptor = unnamed
      isNamed = false
    } else {
      descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      isNamed = true
    }
    guard descriptor >= 0 else { throw .lastSystemError(path, "write") }
    if let available = Self.available(inFolderOf: path), available < byteCount {
      throw .diskFull(path: path, needed: byteCount, available: available)
    }
  }

  private static func openUnnamed(inFolderOf path: String) -> Int32? {
    #if os(Linux)
      // The value of O_TMPFILE, which Swift doesn't see because its definition is an expression.
      let temporary: Int32 = 0o20000000 | O_DIRECTORY
      let descriptor = unsafe open(folder(of: path), O_WRONLY | temporary | O_CLOEXEC, 0o666)
      return descriptor >= 0 ? descriptor : nil
    #else
      return nil
    #endif
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
  }

  /// The bytes that fit on the disk, where the system tells.
  private static func available(inFolderOf path: String) -> Int? {
    var status = statvfs()
    guard unsafe statvfs(folder(of: path), &status) == 0 else { return nil }
    let (bytes, overflow) = Int(clamping: status.f_bavail)
      .multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
    return overflow ? .max : bytes
  }

  deinit {
    guard !isCommitted else { return }
    close(descriptor)
    unsafe unlink(temporaryPath)
  }

  package mutating func write(_ bytes: [UInt8]) throws(FormatError) {
    try write(ArrayStorage(bytes))
  }

  package mutating func write(_ storage: any TensorStorage) throws(FormatError) {
    let failed = storage.withBytes { span in
      unsafe span.withUnsafeBytes { buffer in
        var rest = unsafe buffer[...]
        while unsafe !rest.isEmpty {
          // Linux writes at most 2 GiB at a time.
          let portion = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
          let count = unsafe Self.systemWrite(descriptor, portion)
          if count < 0 && errno == EINTR { continue }
          guard count > 0 else { return true }
          unsafe rest = rest.dropFirst(count)
        }
        return false
      }
    }
    if failed { throw failure() }
  }

  /// What the last failed call means.
  private func failure() -> FormatError {
    let error = FormatError.lastSystemError(path, "write")
    guard errno == ENOSPC, byteCount > 0 else { return error }
    return .diskFull(
      path: path, needed: byteCount, available: Self.available(inFolderOf: path) ?? 0)
  }

  /// Flushes the file to the disk and gives it its name.
  package consuming func commit() throws(FormatError) {
    guard fsync(descriptor) == 0, isNamed || giveName(),
      unsafe rename(temporaryPath, path) == 0
    else {
      throw failure()
    }
    isCommitted = true
    close(descriptor)
  }

  /// Gives a file a second name, in place of what had that name before. Returns whether the file
  /// system has files of two names.
  package static func link(_ path: String, to other: String) -> Bool {
    let temporaryPath = "\(other).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp"
    guard unsafe linkat(AT_FDCWD, path, AT_FDCWD, temporaryPath, 0) == 0 else { return false }
    // Renaming between two names of one file does nothing, and leaves both.
    defer { unsafe unlink(temporaryPath) }
    return unsafe rename(temporaryPath, other) == 0
  }

  private func giveName() -> Bool {
    unsafe linkat(
      AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, temporaryPath, AT_SYMLINK_FOLLOW) == 0
  }

  static func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}
