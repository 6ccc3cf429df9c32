import EdgeFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file of curves and pictures that TensorBoard shows: `events.out.tfevents.SECONDS.HOST`.
///
/// Records are framed as in TFRecord files (`tensorflow/core/lib/io/record_writer.h`); each is an
/// `Event` (`tensorflow/core/util/event.proto`, `tensorflow/core/framework/summary.proto`).
public struct EventFile: Sendable {
  public let path: String
  private let file: AppendedFile

  /// Makes the file in a folder.
  ///
  /// - Parameters:
  ///   - host: the machine's name, part of the file's.
  ///   - time: seconds since 1970.
  public init(
    folder: String, host: String = ProcessInfo.processInfo.hostName,
    time: Double = Self.now
  ) throws(FormatError) {
    let name = host.unicodeScalars.map { scalar in
      scalar.isASCII && scalar.properties.isAlphabetic
        || "0123456789-.".unicodeScalars.contains(scalar)
        ? Character(scalar) : "_"
    }
    path = "\(folder)/events.out.tfevents.\(Int(time)).\(name.isEmpty ? "host" : String(name))"
    file = try AppendedFile(path)
    var event = Self.event(step: nil, time: time)
    event.add(3, "brain.Event:2")
    try append(event)
  }

  /// Seconds since 1970.
  public static var now: Double { Date().timeIntervalSince1970 }

  /// Adds a point to each of several curves. Tags with a slash are shown in groups.
  public func write(
    _ scalars: [(tag: String, value: Double)], step: Int, time: Double = Self.now
  ) throws(FormatError) {
    var summary = ProtocolBuffer()
    for scalar in scalars {
      var value = ProtocolBuffer()
      value.add(1, scalar.tag)
      value.add(2, Float(scalar.value))
      summary.add(1, value)
    }
    try append(summary, step: step, time: time)
  }

  /// Adds a picture.
  ///
  /// - Parameter png: a PNG file of RGB pixels, `height` by `width`.
  public func write(
    _ tag: String, png: [UInt8], height: Int, width: Int, step: Int, time: Double = Self.now
  ) throws(FormatError) {
    var image = ProtocolBuffer()
    image.add(1, height)
    image.add(2, width)
    image.add(3, 3)
    image.add(4, png)
    var value = ProtocolBuffer()
    value.add(1, tag)
    value.add(4, image)
    var summary = ProtocolBuffer()
    summary.add(1, value)
    try append(summary, step: step, time: time)
  }

  /// Says that a run goes on at a step: TensorBoard leaves out what older files have from there on.
  public func writeStart(step: Int, time: Double = Self.now) throws(FormatError) {
    var log = ProtocolBuffer()
    log.add(1, 1)
    var event = Self.event(step: step, time: time)
    event.add(7, log)
    try append(event)
  }

  private func append(
    _ summary: ProtocolBuffer, step: Int, time: Double
  ) throws(FormatError) {
    var event = Self.event(step: step, time: time)
    event.add(5, summary)
    try append(event)
  }

  private static func event(step: Int?, time: Double) -> ProtocolBuffer {
    var event = ProtocolBuffer()
    event.add(1, time)
    if let step { event.add(2, step) }
    return event
  }

  private func append(_ event: ProtocolBuffer) throws(FormatError) {
    let length = UInt64(event.bytes.count).littleEndianBytes
    try file.append(
      length + Self.checksum(length) + event.bytes + Self.checksum(event.bytes))
  }

  /// A CRC-32C, rotated and moved by a constant, so that checksums of checksums stay random.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let value = CRC32.castagnoli.checksum(bytes)
    return ((value >> 15 | value << 17) &+ 0xA282_EAD8).littleEndianBytes
  }
}
