import Foundation
import TestSupport
import Testing

/// What keeps a run from beginning.
@Suite struct TrainUsageTests {
  @Test func brokenPicturesAreListedFirst() throws {
    let folder = try TemporaryFolder()
    let data = try folder.pictures()
    for name in ["train/red/broken.png", "val/blue/empty.png"] {
      try Data(name.hasSuffix("empty.png") ? [] : [0x89, 0x50, 0x4E, 0x47, 1, 2, 3])
        .write(to: URL(filePath: "\(data)/\(name)"))
    }
    let refused = try train(data: data, output: folder("run"), plainRecipe)
    #expect(refused.status == 1)
    #expect(refused.output == "")
    #expect(refused.errors.contains("broken.png"))
    #expect(refused.errors.contains("--skip-bad-images"))
    #expect(!FileManager.default.fileExists(atPath: folder("run/log.jsonl")))
    let finished = try train(
      data: data, output: folder("run"), plainRecipe + ["--skip-bad-images"])
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.errors.contains("warning: left out: "))
    #expect(finished.errors.contains("broken.png") && finished.errors.contains("empty.png"))
    #expect(finished.errors.contains("36 training and 12 validation pictures"))
  }

  @Test func aFolderWithARunIsKept() throws {
    let folder = try TemporaryFolder()
    let (data, output) = (try folder.pictures(), folder("run"))
    #expect(try train(data: data, output: output, plainRecipe).status == 0)
    let before = try CheckpointBits("\(output)/last.safetensors")
    let log = try logLines(output).count
    let refused = try train(data: data, output: output, plainRecipe + ["--seed", "7"])
    #expect(refused.status == 64)
    #expect(refused.errors.contains("\(output): holds a run already"))
    #expect(refused.errors.contains("--resume auto"))
    #expect(try CheckpointBits("\(output)/last.safetensors") == before)
    // A finished run has nothing left to do.
    let again = try train(data: data, output: output, plainRecipe + ["--resume", "auto"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.lines.count == 1 && again.output.hasPrefix("best top-1"))
    #expect(try CheckpointBits("\(output)/last.safetensors") == before)
    #expect(try logLines(output).count == log)
  }

  static let misuses: [([String], says: String)] = [
    (["--epoch", "3"], "there is no option 'epoch'; did you mean 'epochs'?"),
    (["--epochs", "many"], "--epochs: expected"),
    (["--epochs", "3", "--epochs", "4"], "'epochs' is given twice"),
    (["stray"], "'stray' belongs to no option"),
    (["--model", "edgenext_smal"], "'edgenext_small'"),
    (["--model", "edgenext_small", "--data", "/nowhere"], "--output is missing"),
    (["--model", "edgenext_small", "--output", "/nowhere"], "--data is missing"),
    (["--data", "/nowhere", "--output", "/nowhere"], "--model is missing"),
  ]

  @Test(arguments: misuses)
  func wrongOptionsAreUsageErrors(options: [String], says: String) throws {
    let finished = try edgevision(["train"] + options)
    #expect(finished.status == 64)
    #expect(finished.output == "")
    #expect(finished.errors.contains("Error: "))
    #expect(finished.errors.contains(says), "\(finished.errors)")
  }

  @Test func aConfigurationIsToldByLine() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("bad.yaml", Array("model: edgenext_small\nlr: fast\n".utf8))
    let finished = try edgevision(["train", "--config", file])
    #expect(finished.status == 64)
    #expect(finished.errors.contains("bad.yaml:2: lr: expected"), "\(finished.errors)")
  }

  @Test func benchMeasuresTraining() throws {
    let options = [
      "bench", "--model", "edgenext_xx_small", "--training", "--size", "64", "--batch", "2",
      "--runs", "2", "--warmup", "1", "--threads", "2",
    ]
    let finished = try edgevision(options + ["--json"])
    #expect(finished.status == 0, "\(finished.errors)")
    let report = try #require(try finished.json as? [String: Any])
    #expect(
      Set(report.keys) == [
        "model", "size", "batch", "threads", "isa", "precision", "median_ms", "min_ms",
        "images_per_s", "arena_bytes", "peak_rss_mb",
      ])
    let median = try #require(report["median_ms"] as? Double)
    #expect(abs(try #require(report["images_per_s"] as? Double) - 2000 / median) < 1e-6)
    #expect(try #require(report["arena_bytes"] as? Int) > 2 * 64 * 64 * 3 * 4)
    let text = try edgevision(options)
    #expect(text.lines.count == 5)
    #expect(text.output.contains("edgenext_xx_small, training, 64x64, batch 2, 2 threads"))
    #expect(try edgevision(options + ["--profile"]).status == 64)
  }
}
