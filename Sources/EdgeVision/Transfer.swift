import CEdgeTransfer

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One HTTP(S) GET into an open file: the binding of CEdgeTransfer.
struct Transfer {
  var url: String
  /// How many bytes the file already holds.
  var offset: Int
  /// Resume only if the server's file still has this mark.
  var validator: String?
  /// Resume only if the server's file has this many bytes.
  var total: Int?
  var byteLimit: Int

  struct Answer {
    let outcome: edge_transfer_outcome
    /// The last HTTP status, 0 where none came.
    let status: Int
    let byteCount: Int
    let total: Int?
    let validator: String?
    /// The address that answered, after redirects.
    let url: String
    /// What failed, in the words of the system or of libcurl.
    let reason: String
  }

  /// - Parameter progress: gets the answer so far; false ends the transfer.
  func get(into file: borrowing OpenFile, progress: (Answer) -> Bool) -> Answer {
    withoutActuallyEscaping(progress) { progress in
      var context = Context(progress: progress)
      var response = edge_transfer_response()
      let outcome = unsafe perform(into: file.descriptor, context: &context, response: &response)
      return Answer(outcome, response)
    }
  }

  private struct Context {
    let progress: (Answer) -> Bool
  }

  private func perform(
    into descriptor: Int32, context: UnsafeMutablePointer<Context>,
    response: UnsafeMutablePointer<edge_transfer_response>
  ) -> edge_transfer_outcome {
    unsafe url.withCString { url in
      unsafe withOptionalCString(validator) { validator in
        var request = unsafe edge_transfer_request(
          url: url, file: descriptor, offset: Int64(offset), validator: validator,
          total: Int64(total ?? -1), byte_limit: Int64(byteLimit),
          progress: { context, response in
            guard let context = unsafe context?.assumingMemoryBound(to: Context.self),
              let response = unsafe response
            else { return 1 }
            let answer = unsafe Answer(EDGE_TRANSFER_DONE, response.pointee)
            return unsafe context.pointee.progress(answer) ? 0 : 1
          },
          context: context)
        return unsafe edge_transfer_get(&request, response)
      }
    }
  }

  private func withOptionalCString<Result>(
    _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
  ) -> Result {
    guard let text else { return body(nil) }
    return unsafe text.withCString { unsafe body($0) }
  }
}

extension Transfer.Answer {
  fileprivate init(_ outcome: edge_transfer_outcome, _ response: edge_transfer_response) {
    let validator = text(of: response.validator)
    let isWriteError = response.system_error != 0
    self.init(
      outcome: outcome, status: Int(response.status),
      byteCount: Int(response.byte_count),
      total: response.total < 0 ? nil : Int(response.total),
      validator: validator.isEmpty ? nil : validator,
      url: text(of: response.url),
      reason: isWriteError
        ? SystemError(code: response.system_error).description
        : text(of: response.message))
  }
}

/// A C array of characters, which Swift sees as a tuple, up to its first 0.
private func text<Characters>(of characters: Characters) -> String {
  unsafe withUnsafeBytes(of: characters) { bytes in
    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// An error number of the system.
struct SystemError: Error, Equatable, CustomStringConvertible {
  let code: Int32

  static var last: SystemError { SystemError(code: errno) }

  var description: String { unsafe String(cString: strerror(code)) }
}

/// A file that is open for reading and writing, made where it is missing; closed with this value.
struct OpenFile: ~Copyable {
  fileprivate let descriptor: Int32

  init(_ path: String) throws(SystemError) {
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw .last }
  }

  deinit { _ = close(descriptor) }

  var byteCount: Int {
    get throws(SystemError) {
      let end = lseek(descriptor, 0, SEEK_END)
      if end < 0 { throw .last }
      return Int(end)
    }
  }

  /// Takes the file's lock, held until the file is closed; false where someone else holds it.
  func tryLock() throws(SystemError) -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      if errno != EINTR { throw .last }
    }
    return true
  }

  func truncate() throws(SystemError) {
    if ftruncate(descriptor, 0) != 0 { throw .last }
  }

  /// Waits until the bytes are on the disk.
  func synchronize() throws(SystemError) {
    if fsync(descriptor) != 0 { throw .last }
  }

  /// Closes the file, and so gives its lock back.
  consuming func finish() {}
}

/// Renames a file; one that stood under the new name is replaced in one step.
func moveFile(_ path: String, to target: String) throws(SystemError) {
  if unsafe rename(path, target) != 0 { throw .last }
}

/// Makes a folder and those that it lies in; fine if it is there.
func makeFolder(_ path: String) throws(SystemError) {
  if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
    throw .last
  }
  try makeFolder(String(path[..<slash]))
  if unsafe mkdir(path, 0o755) != 0 && errno != EEXIST { throw .last }
}

func pause(seconds: Double) {
  usleep(useconds_t(seconds * 1_000_000))
}
