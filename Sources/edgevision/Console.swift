import EdgeVision
import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What people and scripts see.
enum Console {
  /// A line for people: on standard error, so that standard output holds results only.
  static func note(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// A value for scripts: one line of JSON on standard output.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes[written...].withUnsafeBytes { buffer in
        unsafe systemWrite(descriptor, buffer.baseAddress, buffer.count)
      }
      if count <= 0 { return }
      written += count
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  #if canImport(Glibc)
    unsafe Glibc.write(descriptor, bytes, count)
  #else
    unsafe Darwin.write(descriptor, bytes, count)
  #endif
}

/// Shows how a download goes on: a bar on a terminal, single lines elsewhere.
final class DownloadProgress {
  private var lastPercent = -1

  func report(_ event: DownloadEvent) {
    switch event {
    case .waiting(let path):
      Console.note("another process downloads \(path); waiting for it")
    case .connecting(let url):
      Console.note("downloading \(url)")
    case .retrying(let reason):
      Console.note("the connection broke (\(reason)); trying again")
    case .received(let count, let total):
      show(count, of: total)
    }
  }

  private func show(_ count: Int, of total: Int?) {
    guard Console.isInteractive, let total, total > 0 else { return }
    let percent = 100 * count / total
    guard percent != lastPercent else { return }
    lastPercent = percent
    let megabytes = fixed(Double(count) / 1e6, digits: 1)
    let end = count == total ? "\n" : ""
    Console.write(
      "\r[\(bar(Double(count) / Double(total), width: 40))] \(percent)% \(megabytes) MB\(end)",
      to: STDERR_FILENO)
  }
}
