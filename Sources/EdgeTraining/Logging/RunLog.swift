import EdgeFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file with one JSON object a line and epoch: `log.jsonl`.
public struct RunLog: Sendable {
  static let sizeLimit = 1 << 28

  private let file: AppendedFile

  /// Opens the log of a run. A run that goes on keeps the lines of its first epochs; what a killed
  /// run left behind them, also half a line, goes. The file is replaced as a whole for that.
  ///
  /// - Parameter epoch: the last epoch whose line is kept; nil for a new run, which keeps none.
  public init(_ path: String, resumingAfter epoch: Int?) throws(FormatError) {
    if FileManager.default.fileExists(atPath: path) {
      try Self.cut(path, after: epoch)
    }
    file = try AppendedFile(path)
  }

  public func append(_ record: EpochRecord) throws(FormatError) {
    try file.append(Array((record.line + "\n").utf8))
  }

  private static func cut(_ path: String, after epoch: Int?) throws(FormatError) {
    var kept = ""
    if let epoch {
      let text = try TextFile.read(contentsOf: path, sizeLimit: sizeLimit)
      kept = try lines(text, upTo: epoch, path)
      guard kept != text else { return }
    }
    var file = try AtomicFile(path, byteCount: kept.utf8.count)
    try file.write(Array(kept.utf8))
    try file.commit()
  }

  /// The complete lines of epochs up to one.
  private static func lines(
    _ text: String, upTo epoch: Int, _ path: String
  ) throws(FormatError) -> String {
    var kept = ""
    // What follows the last line's end is no complete line.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    for (index, line) in lines.enumerated() {
      guard let found = (try? JSONReader.read(String(line)))?["epoch"]?.integer else {
        throw .malformed(
          path: path, place: "line \(index + 1)", expected: "a JSON object with an epoch",
          found: "other text")
      }
      if found <= epoch { kept += line + "\n" }
    }
    return kept
  }
}
