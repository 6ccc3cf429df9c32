/// Why a file could not be downloaded, and what can be done. `path` is the place in the cache
/// where the file belongs; it can be put there by hand.
public enum DownloadError: Error, Equatable, Sendable {
  /// Neither `XDG_CACHE_HOME` nor `HOME` names a folder.
  case noCacheDirectory
  /// Not an http or https address.
  case invalidAddress(String)
  /// libcurl isn't installed.
  case libraryMissing(url: String, path: String)
  /// No connection: no network, no such host, nothing listening there.
  case unreachable(url: String, path: String, reason: String)
  /// No secure connection: an invalid certificate, or no common TLS version.
  case untrusted(url: String, path: String, reason: String)
  /// The server's answer was an HTTP error; `from` is the address after redirects.
  case refused(url: String, path: String, status: Int, from: String)
  /// The server sent a web page in place of the file.
  case webPage(url: String, path: String, from: String)
  /// The file is larger than the cache takes.
  case tooLarge(url: String, byteLimit: Int)
  /// The connection broke, again and again; what was received is kept.
  case interrupted(url: String, path: String, received: Int, total: Int?, reason: String)
  /// The cache can't be written: no permission, no space.
  case unwritable(path: String, reason: String)
  case cancelled(url: String)
  /// Anything else, in libcurl's words.
  case failed(url: String, path: String, reason: String)
}

extension DownloadError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noCacheDirectory:
      "download: no folder for the cache; set XDG_CACHE_HOME or HOME"
    case .invalidAddress(let address):
      "download: '\(address)' is not an address of the form http://... or https://..."
    case .libraryMissing(let url, let path):
      "download: libcurl is needed to get \(url); install it (Debian: libcurl4)"
        + Self.orByHand(path)
    case .unreachable(let url, let path, let reason):
      "download: no connection to get \(url)\(Self.because(reason)); check network and proxy"
        + Self.orByHand(path)
    case .untrusted(let url, let path, let reason):
      "download: no trusted connection to get \(url)\(Self.because(reason)); check the system's "
        + "date and certificates" + Self.orByHand(path)
    case .refused(let url, let path, let status, let from):
      "download: the server answered \(status) for \(url)\(Self.redirected(url, from)); check the "
        + "address" + Self.orByHand(path)
    case .webPage(let url, let path, let from):
      "download: a web page came instead of a file from \(url)\(Self.redirected(url, from)); check "
        + "the address, and whether the network asks for a login" + Self.orByHand(path)
    case .tooLarge(let url, let byteLimit):
      "download: \(url) is larger than \(byteLimit) bytes, the most that is taken"
    case .interrupted(let url, let path, let received, let total, let reason):
      "download: the connection broke after \(received) of \(total.map { "\($0)" } ?? "unknown") "
        + "bytes of \(url)\(Self.because(reason)); what was received is kept and the next run "
        + "goes on from there" + Self.orByHand(path)
    case .unwritable(let path, let reason):
      "download: \(path) can't be written (\(reason)); make room or allow it, or set "
        + "XDG_CACHE_HOME to another folder"
    case .cancelled(let url):
      "download: stopped before all of \(url) was received; the next run goes on from there"
    case .failed(let url, let path, let reason):
      "download: could not get \(url)\(Self.because(reason)); try again" + Self.orByHand(path)
    }
  }

  private static func orByHand(_ path: String) -> String {
    ", or get the file another way and place it as \(path)"
  }

  private static func because(_ reason: String) -> String {
    reason.isEmpty ? "" : " (\(reason))"
  }

  private static func redirected(_ url: String, _ from: String) -> String {
    from.isEmpty || from == url ? "" : " (redirected to \(from))"
  }
}
