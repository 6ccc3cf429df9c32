import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A tiny HTTP/1.1 server on 127.0.0.1 with a thread of its own, one request a connection.
public final class LocalServer: Sendable {
  public struct Request: Sendable {
    public let path: String
    public let headers: [String: String]
  }

  public struct Reply: Sendable {
    public var status: String
    public var headers: [String: String]
    public var body: [UInt8]
    /// The connection is closed after so many bytes of the body.
    public var breaksAfter: Int?
    /// Before each 16 KiB of the body.
    public var pauseMicroseconds: UInt32

    public init(
      status: String = "200 OK", headers: [String: String] = [:], body: [UInt8] = [],
      breaksAfter: Int? = nil, pauseMicroseconds: UInt32 = 0
    ) {
      self.status = status
      self.headers = headers
      self.body = body
      self.breaksAfter = breaksAfter
      self.pauseMicroseconds = pauseMicroseconds
    }
  }

  public let url: String
  private let listener: Int32
  private let received = Mutex<[Request]>([])
  private let isStopped = Mutex(false)

  /// - Parameter respond: gets the request and how many came before it.
  public init(_ respond: @escaping @Sendable (Request, Int) -> Reply) {
    signal(SIGPIPE, SIG_IGN)
    let listener = LocalServer.listen()
    self.listener = listener
    url = "http://127.0.0.1:\(LocalServer.port(of: listener))"
    DispatchQueue(label: "LocalServer").async { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { break }
        self?.answer(connection, respond)
        _ = close(connection)
      }
      _ = close(listener)
    }
  }

  deinit { stop() }

  /// Nothing listens at the address any more. The server's thread closes the socket, so that its
  /// number isn't another's while that thread still uses it.
  public func stop() {
    let isFirst = isStopped.withLock { isStopped in
      defer { isStopped = true }
      return !isStopped
    }
    if isFirst { shutdown(listener, Int32(SHUT_RDWR)) }
  }

  public var requests: [Request] { received.withLock { $0 } }

  private func answer(_ connection: Int32, _ respond: (Request, Int) -> Reply) {
    guard let request = LocalServer.read(connection) else { return }
    let count = received.withLock { list in
      list.append(request)
      return list.count - 1
    }
    let reply = respond(request, count)
    let headers = reply.headers.merging(
      ["Content-Length": "\(reply.body.count)", "Connection": "close"]
    ) { given, _ in given }
    let lines = headers.map { "\($0): \($1)\r\n" }.joined()
    send(connection, Array("HTTP/1.1 \(reply.status)\r\n\(lines)\r\n".utf8))
    var rest = reply.body.prefix(reply.breaksAfter ?? .max)
    while !rest.isEmpty {
      if reply.pauseMicroseconds > 0 { usleep(reply.pauseMicroseconds) }
      send(connection, Array(rest.prefix(16 << 10)))
      rest = rest.dropFirst(16 << 10)
    }
  }

  private func send(_ connection: Int32, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(connection, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }

  private static func read(_ connection: Int32) -> Request? {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.ends(with: Array("\r\n\r\n".utf8)) {
      guard unsafe recv(connection, &byte, 1, 0) == 1 else { return nil }
      head.append(byte)
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    let headers = lines.dropFirst().compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (line[..<colon].lowercased(), String(line[colon...].dropFirst(2)))
    }
    return Request(path: String(words[1]), headers: Dictionary(headers) { $1 })
  }

  /// A socket at a free port of this machine.
  private static func listen() -> Int32 {
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    let listener = socket(AF_INET, kind, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(listener, $0, size)
      }
    }
    #if canImport(Darwin)
      precondition(status == 0 && Darwin.listen(listener, 16) == 0)
    #elseif canImport(Musl)
      precondition(status == 0 && Musl.listen(listener, 16) == 0)
    #else
      precondition(status == 0 && Glibc.listen(listener, 16) == 0)
    #endif
    return listener
  }

  private static func port(of listener: Int32) -> UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withUnsafeMutablePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(listener, $0, &size)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }
}

extension Array where Element == UInt8 {
  fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}

/// A file as a server holds it.
public struct HostedFile: Sendable {
  public var bytes: [UInt8]
  public var etag: String?
  public var takesRanges: Bool

  public init(bytes: [UInt8], etag: String? = nil, takesRanges: Bool = true) {
    self.bytes = bytes
    self.etag = etag
    self.takesRanges = takesRanges
  }

  /// What a well-behaved server answers to a request for this file.
  public func reply(to request: LocalServer.Request) -> LocalServer.Reply {
    var headers: [String: String] = [:]
    if let etag { headers["ETag"] = etag }
    let condition = request.headers["if-range"]
    guard takesRanges, condition == nil || condition == etag,
      let start = request.headers["range"].flatMap({ Int($0.dropFirst(6).dropLast()) })
    else { return LocalServer.Reply(headers: headers, body: bytes) }
    if start >= bytes.count {
      headers["Content-Range"] = "bytes */\(bytes.count)"
      return LocalServer.Reply(status: "416 Range Not Satisfiable", headers: headers)
    }
    headers["Content-Range"] = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"
    return LocalServer.Reply(
      status: "206 Partial Content", headers: headers, body: Array(bytes[start...]))
  }
}
