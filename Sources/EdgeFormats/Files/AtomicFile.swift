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
struct AtomicFile: ~Copyable {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private let isNamed: Bool
  private var isCommitted = false

  init(_ path: String) throws(FormatError) {
    self.path = path
    temporaryPath = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp"
    if let unnamed = Self.openUnnamed(inFolderOf: path) {
      descriptor = unnamed
      isNamed = false
    } else {
      descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      isNamed = true
    }
    guard descriptor >= 0 else { throw .lastSystemError(path, "write") }
  }

  private static func openUnnamed(inFolderOf path: String) -> Int32? {
    #if os(Linux)
      // The value of O_TMPFILE, which Swift doesn't see because its definition is an expression.
      let temporary: Int32 = 0o20000000 | O_DIRECTORY
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
      let descriptor = unsafe open(folder, O_WRONLY | temporary | O_CLOEXEC, 0o666)
      return descriptor >= 0 ? descriptor : nil
    #else
      return nil
    #endif
  }

  deinit {
    guard !isCommitted else { return }
    close(descriptor)
    unsafe unlink(temporaryPath)
  }

  mutating func write(_ bytes: [UInt8]) throws(FormatError) { try write(ArrayStorage(bytes)) }

  mutating func write(_ storage: any TensorStorage) throws(FormatError) {
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
    if failed { throw .lastSystemError(path, "write") }
  }

  /// Flushes the file to the disk and gives it its name.
  consuming func commit() throws(FormatError) {
    guard fsync(descriptor) == 0, isNamed || giveName(),
      unsafe rename(temporaryPath, path) == 0
    else {
      throw .lastSystemError(path, "write")
    }
    isCommitted = true
    close(descriptor)
  }

  private func giveName() -> Bool {
    unsafe linkat(
      AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, temporaryPath, AT_SYMLINK_FOLLOW) == 0
  }

  private static func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}
