import Dispatch
import EdgeVision
import FoundationEssentials
import Synchronization
import TestSupport
import Testing

private func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var generator = SplitMix64(seed: seed)
  return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}

private func content(_ path: String) -> [UInt8] {
  FileManager.default.contents(atPath: path).map { Array($0) } ?? []
}

@Suite final class WeightsDownloadTests {
  private let file = HostedFile(bytes: bytes(200_000), etag: "\"one\"")
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "weights-\(UUID())").path()

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func makeCache(
    attempts: Int = 3, byteLimit: Int = 1 << 20, mirror: String? = nil
  ) -> WeightsCache {
    var cache = WeightsCache(directory: folder, mirror: mirror)
    cache.limits.byteLimit = byteLimit
    cache.limits.attempts = attempts
    cache.limits.firstPauseSeconds = 0.01
    return cache
  }

  /// Where the server's net.pth belongs.
  private func place(for server: LocalServer) -> String {
    "\(folder)/\(WebAddress("\(server.url)/net.pth")?.fileName ?? "")"
  }

  /// Puts a part there as if an earlier run had left it.
  private func leavePart(_ bytes: [UInt8], origin: String?, for server: LocalServer) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(filePath: place(for: server) + ".part"))
    if let origin {
      try Data(origin.utf8).write(to: URL(filePath: place(for: server) + ".part.origin"))
    }
  }

  /// Serves `file`, but breaks the first connections after so many bytes each.
  private func breaking(_ breaks: [Int], _ file: HostedFile) -> LocalServer {
    LocalServer { request, count in
      var reply = file.reply(to: request)
      reply.breaksAfter = count < breaks.count ? breaks[count] : nil
      return reply
    }
  }

  @Test func downloadsOnce() throws {
    let server = breaking([], file)
    let cache = makeCache()
    var events: [DownloadEvent] = []
    let path = try cache.file(at: "\(server.url)/net.pth") { events.append($0) }
    #expect(content(path) == file.bytes)
    #expect(path == place(for: server))
    #expect(events.first == .connecting(url: "\(server.url)/net.pth"))
    #expect(events.last == .received(byteCount: 200_000, total: 200_000))
    #expect(try cache.file(at: "\(server.url)/net.pth") == path)
    #expect(server.requests.count == 1)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    let name = path.dropFirst(folder.count + 1)
    #expect(files.sorted() == ["\(name)", "\(name).lock"])
  }

  @Test func resumesAfterABrokenConnection() throws {
    let server = breaking([70_000, 50_000], file)
    let cache = makeCache()
    let path = try cache.file(at: "\(server.url)/net.pth")
    #expect(content(path) == file.bytes)
    #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=70000-", "bytes=120000-"])
    #expect(server.requests.map { $0.headers["if-range"] } == [nil, "\"one\"", "\"one\""])
  }

  @Test func resumesInALaterRun() throws {
    let server = breaking([70_000], file)
    let cache = makeCache(attempts: 1)
    let error = #expect(throws: DownloadError.self) {
      try cache.file(at: "\(server.url)/net.pth")
    }
    guard case .interrupted(_, place(for: server), 70_000, 200_000, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!FileManager.default.fileExists(atPath: place(for: server)))
    #expect(content(try cache.file(at: "\(server.url)/net.pth")) == file.bytes)
    #expect(server.requests.last?.headers["range"] == "bytes=70000-")
  }

  @Test func resumesWithoutAnETag() throws {
    let server = breaking([70_000], HostedFile(bytes: file.bytes))
    #expect(content(try makeCache().file(at: "\(server.url)/net.pth")) == file.bytes)
    #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=70000-"])
    #expect(server.requests.allSatisfy { $0.headers["if-range"] == nil })
  }

  /// The file was replaced on the server between two runs: nothing of the old one may remain.
  @Test(arguments: ["\"two\"", nil])
  func beginsAgainWhereTheFileChanged(etag: String?) throws {
    let changed = HostedFile(bytes: bytes(150_000, seed: 2), etag: etag)
    let server = breaking([], changed)
    let cache = makeCache()
    let origin = etag == nil ? "200000\n\n" : "200000\n\"one\"\n"
    try leavePart(Array(file.bytes.prefix(70_000)), origin: origin, for: server)
    #expect(content(try cache.file(at: "\(server.url)/net.pth")) == changed.bytes)
    #expect(server.requests.first?.headers["range"] == "bytes=70000-")
  }

  @Test func beginsAgainWhereTheServerTakesNoRanges() throws {
    let server = breaking(
      [70_000], HostedFile(bytes: file.bytes, etag: "\"one\"", takesRanges: false))
    let cache = makeCache()
    #expect(content(try cache.file(at: "\(server.url)/net.pth")) == file.bytes)
    #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=70000-"])
  }

  @Test func beginsAgainWhereThePartIsLargerThanTheFile() throws {
    let server = breaking([], file)
    let cache = makeCache()
    try leavePart(bytes(300_000, seed: 3), origin: "400000\n\n", for: server)
    #expect(content(try cache.file(at: "\(server.url)/net.pth")) == file.bytes)
    #expect(server.requests.map { $0.headers["range"] } == ["bytes=300000-", nil])
  }

  @Test(arguments: [nil, "\n\n", "100\n\"one\"\n", "\u{FF}"])
  func distrustsAPartOfUnknownOrigin(origin: String?) throws {
    let server = breaking([], file)
    let cache = makeCache()
    try leavePart(bytes(300, seed: 3), origin: origin, for: server)
    #expect(content(try cache.file(at: "\(server.url)/net.pth")) == file.bytes)
    #expect(server.requests.map { $0.headers["range"] } == [nil])
  }

  @Test func reportsAWrongSize() throws {
    let short = file
    let server = LocalServer { _, _ in
      LocalServer.Reply(headers: ["Content-Length": "250000"], body: short.bytes)
    }
    let cache = makeCache()
    let error = #expect(throws: DownloadError.self) {
      try cache.file(at: "\(server.url)/net.pth")
    }
    guard case .interrupted(_, _, 200_000, 250_000, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(server.requests.count == 3)
    #expect(!FileManager.default.fileExists(atPath: place(for: server)))
  }

  @Test func followsARedirect() throws {
    let file = file
    let server = LocalServer { request, _ in
      request.path == "/net.pth"
        ? LocalServer.Reply(status: "302 Found", headers: ["Location": "/moved/b.pth"])
        : file.reply(to: request)
    }
    let cache = makeCache()
    #expect(content(try cache.file(at: "\(server.url)/net.pth")) == file.bytes)
    #expect(server.requests.map(\.path) == ["/net.pth", "/moved/b.pth"])
  }

  @Test(arguments: ["file:///etc/hostname", "ftp://127.0.0.1/x", "/net.pth"])
  func refusesABadRedirect(target: String) throws {
    let server = LocalServer { _, _ in
      LocalServer.Reply(status: "302 Found", headers: ["Location": target])
    }
    let cache = makeCache()
    let error = #expect(throws: DownloadError.self) {
      try cache.file(at: "\(server.url)/net.pth")
    }
    guard case .failed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(server.requests.count <= 11)
    #expect(!FileManager.default.fileExists(atPath: place(for: server)))
  }

  @Test(arguments: [401, 403, 404, 410])
  func reportsAnErrorStatusAtOnce(status: Int) throws {
    let server = LocalServer { _, _ in
      LocalServer.Reply(status: "\(status) No", body: Array("sorry".utf8))
    }
    let cache = makeCache()
    let url = "\(server.url)/net.pth"
    #expect(
      throws: DownloadError.refused(
        url: url, path: place(for: server), status: status, from: url)
    ) { try cache.file(at: url) }
    #expect(server.requests.count == 1)
  }

  @Test func triesABusyServerAgain() throws {
    let file = file
    let server = LocalServer { request, count in
      count == 0
        ? LocalServer.Reply(status: "503 Service Unavailable") : file.reply(to: request)
    }
    #expect(content(try makeCache().file(at: "\(server.url)/net.pth")) == file.bytes)
    #expect(server.requests.count == 2)
  }

  @Test func refusesAWebPage() throws {
    let server = LocalServer { _, _ in
      LocalServer.Reply(
        headers: ["Content-Type": "text/html; charset=utf-8"], body: Array("<html>".utf8))
    }
    let cache = makeCache()
    let url = "\(server.url)/net.pth"
    #expect(throws: DownloadError.webPage(url: url, path: place(for: server), from: url)) {
      try cache.file(at: url)
    }
  }

  /// Announced by a length, and (chunked) not announced.
  @Test(arguments: [false, true])
  func boundsTheSize(isChunked: Bool) throws {
    let server = LocalServer { _, _ in
      guard isChunked else { return LocalServer.Reply(body: [UInt8](repeating: 1, count: 5000)) }
      let chunk = Array("1388\r\n".utf8) + [UInt8](repeating: 1, count: 5000)
      return LocalServer.Reply(
        headers: ["Transfer-Encoding": "chunked"], body: chunk + Array("\r\n0\r\n\r\n".utf8))
    }
    let url = "\(server.url)/net.pth"
    #expect(throws: DownloadError.tooLarge(url: url, byteLimit: 4999)) {
      try makeCache(byteLimit: 4999).file(at: url)
    }
    let cache = makeCache(byteLimit: 5000)
    #expect(content(try cache.file(at: url)) == [UInt8](repeating: 1, count: 5000))
  }

  @Test func takesAnEmptyFile() throws {
    let server = LocalServer { _, _ in LocalServer.Reply() }
    let cache = makeCache()
    let path = try cache.file(at: "\(server.url)/net.pth")
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test func reportsAMissingServerAtOnce() throws {
    let server = breaking([], file)
    server.stop()
    let cache = makeCache()
    let url = "\(server.url)/net.pth"
    let error = #expect(throws: DownloadError.self) { try cache.file(at: url) }
    guard case .unreachable(url, place(for: server), _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains(url) == true)
    #expect(error?.description.contains(place(for: server)) == true)
  }

  @Test func twoCallersShareOneTransfer() throws {
    let file = file
    let isSecondWaiting = DispatchSemaphore(value: 0)
    let server = LocalServer { request, _ in
      _ = isSecondWaiting.wait(timeout: .now() + 5)
      return file.reply(to: request)
    }
    let cache = makeCache()
    let url = "\(server.url)/net.pth"
    let events = Mutex<[DownloadEvent]>([])
    let paths = Mutex<[String]>([])
    let group = DispatchGroup()
    for name in ["first", "second"] {
      DispatchQueue(label: name).async(group: group) {
        let path = try? cache.file(at: url) { event in
          events.withLock { $0.append(event) }
          if case .waiting = event { isSecondWaiting.signal() }
        }
        paths.withLock { $0.append(path ?? "") }
      }
    }
    group.wait()
    #expect(paths.withLock { $0 } == [place(for: server), place(for: server)])
    #expect(server.requests.count == 1)
    #expect(events.withLock { $0.contains(.waiting(path: place(for: server))) })
    #expect(content(place(for: server)) == file.bytes)
  }

  @Test func stopsWithItsTask() async throws {
    let file = file
    let server = LocalServer { request, _ in
      var reply = file.reply(to: request)
      reply.pauseMicroseconds = 5000
      return reply
    }
    let cache = makeCache()
    let url = "\(server.url)/net.pth"
    let task = Task {
      try cache.file(at: url) { event in
        if case .received = event { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
      }
    }
    await #expect(throws: DownloadError.cancelled(url: url)) { try await task.value }
    #expect(content(try cache.file(at: url)) == file.bytes)
    #expect(server.requests.last?.headers["range"]?.hasPrefix("bytes=") == true)
  }

  @Test func reportsAFolderThatCannotBeMade() throws {
    let server = breaking([], file)
    let cache = WeightsCache(directory: "/dev/null/weights")
    let error = #expect(throws: DownloadError.self) {
      try cache.file(at: "\(server.url)/net.pth")
    }
    guard case .unwritable(_, "Not a directory") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(server.requests.isEmpty)
  }

  @Test func takesOfficialFilesFromAMirror() throws {
    let server = breaking([], file)
    let cache = makeCache(mirror: server.url)
    let weights = try #require(PublishedWeights(model: "edgenext_small"))
    let path = try cache.file(for: weights)
    #expect(path == "\(folder)/edgenext_small.pth")
    #expect(content(path) == file.bytes)
    #expect(
      server.requests.map(\.path) == [
        "/mmaaz60/EdgeNeXt/releases/download/v1.0/edgenext_small.pth"
      ])
  }
}
