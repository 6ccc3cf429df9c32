import EdgeFormats
import EdgeGraph
import TestSupport
import Testing

@testable import EdgeTraining

@Suite struct CheckpointFolderTests {
  private func checkpoint(_ epoch: Int) -> TrainingCheckpoint {
    var checkpoint = TrainingCheckpointTests.checkpoint
    checkpoint.state.epoch = epoch
    return checkpoint
  }

  @Test func keepsTheNewest() throws {
    let folder = try TemporaryFolder()
    let output = CheckpointFolder(folder("runs/1"), keep: 2)
    try output.create()
    #expect(output.resumable == nil)
    for epoch in [8, 9, 10] { try output.save(checkpoint(epoch)) }
    #expect(output.epochs.sorted() == [9, 10])
    #expect(try TrainingCheckpoint(contentsOf: output.last).state.epoch == 10)
    #expect(output.resumable == output.last)
    // A run that was gone back on: what it wrote later goes first, what is new stays.
    try output.save(checkpoint(6))
    #expect(output.epochs.sorted() == [6, 10])
    try output.save(checkpoint(7))
    try output.save(checkpoint(7))
    #expect(output.epochs.sorted() == [6, 7])
    #expect(try TrainingCheckpoint(contentsOf: output.last).state.epoch == 7)
  }

  @Test(
    arguments: [
      ([1, 2, 3], 3, 1, [2, 1]), ([1, 2, 3], 3, 3, []), ([1, 2, 3], 1, 1, [3, 2]),
      ([5, 9, 7, 3], 5, 2, [9, 7]), ([0], 0, 1, []),
    ] as [([Int], Int, Int, [Int])])
  func removesTheOldest(epochs: [Int], written: Int, keep: Int, gone: [Int]) {
    #expect(
      CheckpointFolder.superfluous(epochs, written: written, keep: keep).sorted() == gone.sorted())
  }

  /// Other files of the folder are none of its business.
  @Test func countsItsOwnFilesOnly() throws {
    let folder = try TemporaryFolder()
    for name in [
      "checkpoint-3.safetensors", "checkpoint-03.safetensors", "checkpoint-x.safetensors",
      "checkpoint--1.safetensors", "checkpoint-4.safetensors.bak", "checkpoint-.safetensors",
    ] { _ = try folder.file(name, []) }
    let output = CheckpointFolder(folder.path, keep: 1)
    #expect(output.epochs == [3])
    #expect(output.resumable == folder("checkpoint-3.safetensors"))
    try output.save(checkpoint(4))
    #expect(try folder.names.count == 7)
  }

  @Test func bestFilesArePlainWeights() throws {
    let folder = try TemporaryFolder()
    let output = CheckpointFolder(folder.path, keep: 1)
    let saved = TrainingCheckpointTests.checkpoint
    try output.saveBest(saved.weights, areAverages: false, metadata: saved.metadata)
    try output.saveBest(saved.averages ?? [:], areAverages: true, metadata: saved.metadata)
    #expect(try folder.names == ["best-ema.safetensors", "best.safetensors"])
    let best = try CheckpointFile(contentsOf: output.bestAverage).weights()
    #expect(best.key == nil && best.metadata == saved.metadata)
    #expect(best.tensors["head.bias"]?.floats() == [-2])
    #expect(throws: FormatError.self) { try TrainingCheckpoint(contentsOf: output.best) }
  }

  @Test func tellsHowMuchRoomIsMissing() throws {
    let folder = try TemporaryFolder()
    var saved = TrainingCheckpointTests.checkpoint
    let huge = TensorData(shape: [1 << 40], dtype: .float64, storage: Endless(byteCount: 1 << 43))
    saved.weights["huge"] = huge
    let path = folder("last.safetensors")
    let error = #expect(throws: FormatError.self) { try saved.write(to: path) }
    guard case .diskFull(path, let needed, let available)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(needed > 1 << 43 && available < needed)
    #expect(try folder.names == [])
  }

  @Test func needsAFolder() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("file", [])
    #expect(throws: FormatError.self) { try CheckpointFolder(file + "/x", keep: 1).create() }
    #expect(throws: FormatError.self) {
      try CheckpointFolder(folder("none"), keep: 1).save(checkpoint(1))
    }
  }
}

/// A storage that only says how large it is.
private struct Endless: TensorStorage {
  let byteCount: Int

  func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
    try body(unsafe [UInt8]().span.bytes)
  }
}
