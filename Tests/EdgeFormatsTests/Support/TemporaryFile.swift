import FoundationEssentials

/// Calls `body` with the path of a file of these bytes, which is gone afterwards.
@discardableResult
func withTemporaryFile<Result>(
  _ bytes: [UInt8] = [], _ body: (String) throws -> Result
) throws -> Result {
  let file = URL(filePath: "/tmp").appending(path: "edgevision-\(UUID().uuidString)")
  try Data(bytes).write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  return try body(file.path)
}

extension FixedWidthInteger {
  /// The bytes, lowest first.
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> Self($0 * 8)) }
  }
}

extension Array where Element == Float {
  var littleEndianBytes: [UInt8] { flatMap(\.bitPattern.littleEndianBytes) }
}
