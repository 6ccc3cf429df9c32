import CEdgeTransfer
import FoundationEssentials

/// What a download tells while it goes on.
public enum DownloadEvent: Hashable, Sendable {
  /// Another process downloads the same file; this one waits for it.
  case waiting(path: String)
  /// A request is about to be sent.
  case connecting(url: String)
  /// So many bytes of the file are here; `total` is nil where the server doesn't say.
  case received(byteCount: Int, total: Int?)
  /// The connection broke and is tried again shortly.
  case retrying(reason: String)
}

/// Brings what an address gives into a file, which is complete or absent at any time.
///
/// Beside the file stand, while it is incomplete, `NAME.part` and `NAME.part.origin` (`PartOrigin`)
/// and, always, the empty `NAME.lock`.
package struct Download {
  package struct Limits: Sendable {
    /// Above any checkpoint of these families, and a bound for what a wrong address may fill.
    package var byteLimit = 8 << 30
    package var attempts = 4
    /// Before the second attempt; doubled for each further one.
    package var firstPauseSeconds = 0.5

    package init() {}
  }

  let url: String
  let path: String
  let limits: Limits

  private var partPath: String { path + ".part" }

  func run(_ report: (DownloadEvent) -> Void) throws(DownloadError) {
    let lock = try openLock()
    try take(lock, report)
    if !FileManager.default.fileExists(atPath: path) { try fetch(report) }
    lock.finish()
  }

  private func openLock() throws(DownloadError) -> OpenFile {
    do {
      try makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
      return try OpenFile(path + ".lock")
    } catch {
      throw .unwritable(path: path, reason: error.description)
    }
  }

  private func take(
    _ lock: borrowing OpenFile, _ report: (DownloadEvent) -> Void
  ) throws(DownloadError) {
    var isWaiting = false
    do {
      while try !lock.tryLock() {
        if !isWaiting { report(.waiting(path: path)) }
        isWaiting = true
        pause(seconds: 0.05)
        if Task.isCancelled { break }
      }
    } catch {
      throw .unwritable(path: path + ".lock", reason: error.description)
    }
    if Task.isCancelled { throw .cancelled(url: url) }
  }

  private func fetch(_ report: (DownloadEvent) -> Void) throws(DownloadError) {
    do {
      let part = try OpenFile(partPath)
      try receive(into: part, report)
      try part.synchronize()
      part.finish()
      try moveFile(partPath, to: path)
    } catch let error as DownloadError {
      throw error
    } catch {
      throw .unwritable(path: path, reason: "\(error)")
    }
    PartOrigin.remove(beside: partPath)
  }

  /// Fills the part in as many attempts as are allowed.
  private func receive(
    into part: borrowing OpenFile, _ report: (DownloadEvent) -> Void
  ) throws {
    for attempt in 1...limits.attempts {
      report(.connecting(url: url))
      let answer = try get(into: part, report)
      if answer.isComplete { return }
      guard attempt < limits.attempts, answer.isWorthRetrying(after: attempt) else {
        throw error(for: answer)
      }
      if answer.isOfAnotherFile { try part.truncate() }
      report(.retrying(reason: answer.reason))
      pause(seconds: limits.firstPauseSeconds * Double(1 << (attempt - 1)))
    }
  }

  /// One request; it goes on after what the part holds if that is known to be of the same file.
  private func get(
    into part: borrowing OpenFile, _ report: (DownloadEvent) -> Void
  ) throws -> Transfer.Answer {
    var origin = PartOrigin(beside: partPath)
    if !origin.canResume(try part.byteCount) { try part.truncate() }
    let offset = try part.byteCount
    let transfer = Transfer(
      url: url, offset: offset, validator: offset > 0 ? origin.validator : nil,
      total: offset > 0 ? origin.total : nil, byteLimit: limits.byteLimit)
    var last = offset
    return transfer.get(into: part) { answer in
      if answer.byteCount != last {
        last = answer.byteCount
        origin.update(from: answer, beside: partPath)
        report(.received(byteCount: answer.byteCount, total: answer.total))
      }
      return !Task.isCancelled
    }
  }

  private func error(for answer: Transfer.Answer) -> DownloadError {
    switch answer.outcome {
    case EDGE_TRANSFER_NO_LIBRARY: .libraryMissing(url: url, path: path)
    case EDGE_TRANSFER_BAD_URL where answer.status == 0: .invalidAddress(url)
    case EDGE_TRANSFER_UNREACHABLE: .unreachable(url: url, path: path, reason: answer.reason)
    case EDGE_TRANSFER_UNTRUSTED: .untrusted(url: url, path: path, reason: answer.reason)
    case EDGE_TRANSFER_REFUSED:
      .refused(url: url, path: path, status: answer.status, from: answer.url)
    case EDGE_TRANSFER_WEB_PAGE: .webPage(url: url, path: path, from: answer.url)
    case EDGE_TRANSFER_TOO_LARGE: .tooLarge(url: url, byteLimit: limits.byteLimit)
    case EDGE_TRANSFER_WRITE_FAILED: .unwritable(path: partPath, reason: answer.reason)
    case EDGE_TRANSFER_CANCELLED: .cancelled(url: url)
    case EDGE_TRANSFER_DONE, EDGE_TRANSFER_BROKEN, EDGE_TRANSFER_WRONG_RANGE:
      .interrupted(
        url: url, path: path, received: answer.byteCount, total: answer.total,
        reason: answer.reason)
    default: .failed(url: url, path: path, reason: answer.reason)
    }
  }
}

extension Transfer.Answer {
  fileprivate var isComplete: Bool {
    outcome == EDGE_TRANSFER_DONE && (total == nil || total == byteCount)
  }

  /// The server has another file than the one that the part is of.
  fileprivate var isOfAnotherFile: Bool {
    outcome == EDGE_TRANSFER_WRONG_RANGE || (outcome == EDGE_TRANSFER_REFUSED && status == 416)
  }

  /// Trouble that passes: a broken connection, a busy server, and, after the first attempt, a
  /// server that can't be reached any more.
  fileprivate func isWorthRetrying(after attempt: Int) -> Bool {
    switch outcome {
    case EDGE_TRANSFER_DONE, EDGE_TRANSFER_BROKEN, EDGE_TRANSFER_WRONG_RANGE: true
    case EDGE_TRANSFER_UNREACHABLE: attempt > 1
    case EDGE_TRANSFER_REFUSED: [408, 416, 429, 500, 502, 503, 504].contains(status)
    default: false
    }
  }
}

/// What tells whether a part belongs to the file that a server has now.
private struct PartOrigin {
  private(set) var total: Int?
  private(set) var validator: String?

  /// Reads what was kept beside a part; empty where nothing was.
  init(beside part: String) {
    guard let data = FileManager.default.contents(atPath: Self.path(part)) else { return }
    let text = String(decoding: data, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    total = lines.first.flatMap { Int($0) }
    validator = lines.dropFirst().first.flatMap { $0.isEmpty ? nil : String($0) }
  }

  /// Whether a part of so many bytes can be gone on with.
  func canResume(_ byteCount: Int) -> Bool {
    (total != nil || validator != nil) && byteCount <= total ?? .max
  }

  /// Keeps what the server said, at once, so that it is there even if this process is killed.
  mutating func update(from answer: Transfer.Answer, beside part: String) {
    guard total != answer.total || validator != answer.validator else { return }
    total = answer.total
    validator = answer.validator
    let text = "\(total.map { "\($0)" } ?? "")\n\(validator ?? "")\n"
    // Without this file the part is fetched anew: slower, never wrong.
    _ = FileManager.default.createFile(atPath: Self.path(part), contents: Data(text.utf8))
  }

  static func remove(beside part: String) {
    try? FileManager.default.removeItem(atPath: path(part))
  }

  private static func path(_ part: String) -> String { part + ".origin" }
}
