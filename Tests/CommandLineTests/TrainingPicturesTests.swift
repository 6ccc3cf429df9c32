import Foundation
import TestSupport
import Testing

@Suite struct TrainingPicturesTests {
  private func train(
    _ folder: borrowing TemporaryFolder, _ output: String, epochs: Int, _ options: [String] = [],
    environment: [String: String] = [:]
  ) throws -> Finished {
    let finished = try edgevision(
      [
        "train", "--model", "edgenext_xx_small", "--data", folder("pictures"), "--output",
        folder(output), "--epochs", "\(epochs)", "--batch", "2", "--update-freq", "1", "--size",
        "32", "--schedule", "constant", "--warmup-epochs", "0", "--threads", "1",
      ] + options, environment: environment)
    #expect(finished.status == 0, "\(finished.errors)")
    return finished
  }

  private func bytes(_ folder: borrowing TemporaryFolder, _ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: folder(name)))
  }

  /// Two pixels a point.
  @Test func drawsCurvesAndConfusion() throws {
    let folder = try TemporaryFolder()
    _ = try folder.dataset(["train", "val"])
    let finished = try train(folder, "run", epochs: 1)
    #expect(!finished.errors.contains("warning"))
    #expect(try folder.pngSize("run/curves.png")[0] == 1440)
    #expect(try folder.pngSize("run/confusion.png").count == 2)
  }

  /// An interrupted run draws what another one does, to the last pixel.
  @Test func drawsAllEpochsAfterResuming() throws {
    let folder = try TemporaryFolder()
    _ = try folder.dataset(["train", "val"])
    _ = try train(folder, "whole", epochs: 2)
    _ = try train(folder, "parts", epochs: 1)
    let half = try bytes(folder, "parts/curves.png")
    _ = try train(folder, "parts", epochs: 2, ["--resume", "auto"])
    #expect(try bytes(folder, "parts/curves.png") != half)
    #expect(try bytes(folder, "parts/curves.png") == bytes(folder, "whole/curves.png"))
    #expect(try bytes(folder, "parts/confusion.png") == bytes(folder, "whole/confusion.png"))
  }

  @Test func goesOnWithoutPictures() throws {
    let folder = try TemporaryFolder()
    _ = try folder.dataset(["train", "val"])
    let finished = try train(folder, "run", epochs: 2, environment: folder.withoutFonts())
    let warnings = finished.errors.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("Debian: fonts-dejavu-core") == true)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder("run"))
    #expect(files.contains("last.safetensors") && !files.contains { $0.hasSuffix(".png") })
  }
}
