import FoundationEssentials

/// Downloaded checkpoints, each kept as a file that is either complete or absent.
///
/// Calls from several threads and several processes are safe: the first downloads, the others wait
/// for it. Downloads end early, with `DownloadError.cancelled`, when the current task is cancelled.
public struct WeightsCache: Sendable {
  /// The folder; made at the first download.
  public let directory: String
  /// Replaces scheme and host of the official addresses.
  public let mirror: String?
  package var limits = Download.Limits()

  public init(directory: String, mirror: String? = nil) {
    self.directory = directory
    self.mirror = mirror
  }

  /// The user's cache: `$XDG_CACHE_HOME/edgevision`, or else `~/.cache/edgevision`, with
  /// `$EDGEVISION_WEIGHTS_URL` as its mirror.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(DownloadError) {
    // The XDG specification: a relative path is invalid and to be ignored.
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
      directory = folder + "/edgevision"
    } else if let home = environment["HOME"], !home.isEmpty {
      directory = home + "/.cache/edgevision"
    } else {
      throw .noCacheDirectory
    }
    mirror = environment["EDGEVISION_WEIGHTS_URL"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The complete file of published weights, downloaded where the cache doesn't have it.
  /// - Parameter report: called on this thread as the download goes on; not at all without one.
  public func file(
    for weights: PublishedWeights, report: (DownloadEvent) -> Void = { _ in }
  ) throws(DownloadError) -> String {
    let path = path(for: weights)
    if FileManager.default.fileExists(atPath: path) { return path }
    let address = try address(of: weights)
    try Download(url: address.text, path: path, limits: limits).run(report)
    return path
  }

  /// The complete file at an http or https address, downloaded where the cache doesn't have it.
  /// - Parameter report: called on this thread as the download goes on; not at all without one.
  public func file(
    at url: String, report: (DownloadEvent) -> Void = { _ in }
  ) throws(DownloadError) -> String {
    guard let address = WebAddress(url) else { throw .invalidAddress(url) }
    let path = "\(directory)/\(address.fileName)"
    if FileManager.default.fileExists(atPath: path) { return path }
    try Download(url: url, path: path, limits: limits).run(report)
    return path
  }

  /// Where the file of published weights lies, or is to be placed by hand.
  public func path(for weights: PublishedWeights) -> String {
    "\(directory)/\(weights.url.split(separator: "/").last ?? "")"
  }

  private func address(of weights: PublishedWeights) throws(DownloadError) -> WebAddress {
    guard let official = WebAddress(weights.url) else { throw .invalidAddress(weights.url) }
    guard let mirror else { return official }
    guard let server = WebAddress(mirror), let address = official.moved(to: server) else {
      throw .invalidAddress(mirror)
    }
    return address
  }
}
