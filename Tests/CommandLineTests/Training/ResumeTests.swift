import Foundation
import TestSupport
import Testing

/// Runs that are stopped or killed and gone on with, against one that isn't, to the last bit: with
/// everything that draws random numbers or keeps a state.
@Suite struct ResumeTests {
  private let recipe = [
    "--epochs", "4", "--warmup-epochs", "1", "--lr", "0.002", "--aa", "rand-m9-mstd0.5-inc1",
    "--mixup", "0.8", "--cutmix", "1", "--reprob", "0.25", "--drop-path", "0.2", "--ema",
    "--update-freq", "2", "--multi-scale", "off", "--clip-grad", "1", "--seed", "5",
  ]

  /// What an uninterrupted run leaves, and how long it takes.
  private func uninterrupted(
    _ data: String, _ output: String
  ) throws -> (bits: CheckpointBits, seconds: Double) {
    let start = ContinuousClock.now
    let finished = try train(data: data, output: output, recipe)
    #expect(finished.status == 0, "\(finished.errors)")
    return (
      try CheckpointBits("\(output)/last.safetensors"), start.duration(to: .now) / .seconds(1)
    )
  }

  private func expectSame(_ output: String, as expected: CheckpointBits, _ whole: String) throws {
    let bits = try CheckpointBits("\(output)/last.safetensors")
    #expect(bits == expected)
    #expect(bits.differences(from: expected) == [])
    let figures = try [whole, output].map { folder in
      try logLines(folder).map { line in
        ["epoch", "step", "lr", "top1", "loss", "top1_ema", "train_loss"].map {
          "\(line[$0] ?? "")"
        }
      }
    }
    #expect(figures[0] == figures[1])
    for name in ["best.safetensors", "best-ema.safetensors", "confusion.csv"] {
      let files = try [whole, output].map { try Data(contentsOf: URL(filePath: "\($0)/\(name)")) }
      #expect(files[0] == files[1], "\(name)")
    }
  }

  @Test func aKilledRunGoesOnToTheSameBits() throws {
    let folder = try TemporaryFolder()
    let (data, output, whole) = (try folder.pictures(), folder("killed"), folder("whole"))
    let (expected, seconds) = try uninterrupted(data, whole)
    var rng = SplitMix64(seed: UInt64(ProcessInfo.processInfo.processIdentifier))
    var kills: [Double] = []
    // Attempts end where no time is left to kill them in.
    for limit in [0.5, 0.9, 0.9, 0.7, 0.7, .infinity] {
      let delay = limit.isFinite ? Double.random(in: 0.1...limit, using: &rng) * seconds : limit
      let finished = try train(
        data: data, output: output, recipe + ["--resume", "auto"],
        interruption: Interruption(signal: SIGKILL) { $0 > delay })
      if finished.status == 0 { break }
      #expect(finished.status == 128 + Int(SIGKILL), "\(finished.errors)")
      kills.append(delay)
    }
    #expect(!kills.isEmpty)
    try expectSame(output, as: expected, whole)
  }

  @Test func aStoppedRunSavesAndSaysHowToGoOn() throws {
    let folder = try TemporaryFolder()
    let (data, output, whole) = (try folder.pictures(), folder("stopped"), folder("whole"))
    let (expected, _) = try uninterrupted(data, whole)
    let stopped = try train(
      data: data, output: output, recipe,
      interruption: Interruption(signal: SIGTERM) { _ in
        FileManager.default.fileExists(atPath: "\(output)/log.jsonl")
      })
    #expect(stopped.status == 0, "\(stopped.errors)")
    #expect(stopped.errors.contains("and saved; to go on:"))
    let command = "edgevision train --resume \(output)/last.safetensors"
    #expect(stopped.errors.contains(command))
    let resumed = try edgevision(["train", "--resume", "\(output)/last.safetensors"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.errors.contains("going on at epoch"))
    try expectSame(output, as: expected, whole)
  }

  /// Files of more than two megabytes can't be written, as on a full disk.
  @Test func aSaveThatFailsLeavesTheLastOneWhole() throws {
    let folder = try TemporaryFolder()
    let (data, output, whole) = (try folder.pictures(), folder("full"), folder("whole"))
    let (expected, _) = try uninterrupted(data, whole)
    let arguments = recipe + ["--resume", "auto"]
    let first = try train(
      data: data, output: output, arguments,
      interruption: Interruption(signal: SIGTERM) { _ in
        FileManager.default.fileExists(atPath: "\(output)/log.jsonl")
      })
    #expect(first.status == 0, "\(first.errors)")
    let saved = try Data(contentsOf: URL(filePath: "\(output)/last.safetensors"))
    let failed = try edgevision(
      shell: "trap '' XFSZ; ulimit -f 4096; exec \"$0\" train --resume \(output)/last.safetensors")
    #expect(failed.status == 1)
    #expect(failed.errors.contains(".safetensors: cannot write: "), "\(failed.errors)")
    #expect(try Data(contentsOf: URL(filePath: "\(output)/last.safetensors")) == saved)
    let resumed = try train(data: data, output: output, arguments)
    #expect(resumed.status == 0, "\(resumed.errors)")
    try expectSame(output, as: expected, whole)
  }
}
