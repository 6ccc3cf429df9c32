import EdgeFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files that a run leaves in its output folder.
///
/// `checkpoint-EPOCH.safetensors` are the newest checkpoints, `last.safetensors` is another name of
/// the one written last. `best.safetensors` and `best-ema.safetensors` hold weights only.
public struct CheckpointFolder: Equatable, Sendable {
  public let path: String
  /// How many checkpoints are kept.
  public let keep: Int

  /// - Precondition: at least one checkpoint is kept.
  public init(_ path: String, keep: Int) {
    precondition(keep > 0, "keeping \(keep) checkpoints")
    self.path = path
    self.keep = keep
  }

  public var last: String { "\(path)/last.safetensors" }
  public var best: String { "\(path)/best.safetensors" }
  public var bestAverage: String { "\(path)/best-ema.safetensors" }

  public func checkpoint(epoch: Int) -> String { "\(path)/\(Self.name(epoch))" }

  /// Makes the folder, with those above it.
  public func create() throws(FormatError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .system(path: path, operation: "make this folder", reason: "\(error)")
    }
  }

  /// The checkpoint to go on from: the last, or the newest if that is gone; nil without any.
  public var resumable: String? {
    if FileManager.default.fileExists(atPath: last) { return last }
    return epochs.max().map(checkpoint)
  }

  /// Whether a run has left weights that another one would replace.
  public var holdsRun: Bool {
    resumable != nil
      || [best, bestAverage].contains { FileManager.default.fileExists(atPath: $0) }
  }

  /// Writes a checkpoint, and then removes the oldest ones that are too many.
  ///
  /// Those of later epochs are left from a run that was gone back on, and are removed first.
  public func save(_ checkpoint: TrainingCheckpoint) throws(FormatError) {
    let epoch = checkpoint.state.epoch
    let name = self.checkpoint(epoch: epoch)
    try checkpoint.write(to: name)
    if !AtomicFile.link(name, to: last) { try checkpoint.write(to: last) }
    for old in Self.superfluous(epochs, written: epoch, keep: keep) {
      // One that can't be removed does no harm.
      try? FileManager.default.removeItem(atPath: self.checkpoint(epoch: old))
    }
  }

  /// Writes the weights that validated best so far.
  public func saveBest(
    _ weights: TrainingCheckpoint.Tensors, areAverages: Bool, metadata: WeightsMetadata
  ) throws(FormatError) {
    try Safetensors.write(weights, metadata: metadata, to: areAverages ? bestAverage : best)
  }

  /// The epochs of which there is a checkpoint.
  var epochs: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { name in
      let digits = name.dropFirst("checkpoint-".count).dropLast(".safetensors".count)
      return Int(digits).flatMap { $0 >= 0 && Self.name($0) == name ? $0 : nil }
    }
  }

  private static func name(_ epoch: Int) -> String { "checkpoint-\(epoch).safetensors" }

  /// The epochs whose checkpoints go. That of the epoch just written always stays.
  static func superfluous(_ epochs: [Int], written: Int, keep: Int) -> [Int] {
    let newest = epochs.sorted { a, b in
      (a <= written) == (b <= written) ? a > b : a <= written
    }
    return Array(newest.dropFirst(keep))
  }
}
