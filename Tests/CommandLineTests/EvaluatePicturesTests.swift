import EdgeFormats
import EdgeModels
import Foundation
import TestSupport
import Testing
import WeightsTestSupport

@Suite struct EvaluatePicturesTests {
  private func weights(_ folder: borrowing TemporaryFolder) throws -> String {
    var metadata = WeightsMetadata()
    metadata.classNames = ["ant", "bee"]
    metadata.size = 64
    return try folder.checkpoint(
      "net.safetensors", of: .edgeNeXtXXSmall, classes: 2, metadata: metadata)
  }

  /// Both classes have the same two pictures, so that exactly two are taken for the other one.
  @Test func drawsTheMistakes() throws {
    let folder = try TemporaryFolder()
    let finished = try edgevision([
      "eval", "--weights", try weights(folder), "--data", try folder.dataset(["val"]),
      "--mistakes", folder("worst.png"), "--json",
    ])
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(try finished.jsonLines[0]["top1"] as? Double == 50)
    #expect(try folder.pngSize("worst.png") == [2 * (16 + 136 * 2), 2 * (46 + 184)])
  }

  @Test func drawsThatThereAreNone() throws {
    var heights: [Int] = []
    for name in ["ant", "bee"] {
      let folder = try TemporaryFolder()
      let data = try folder.dataset(["val"], classes: [name])
      let picture = folder("pictures/val/\(name)/1.jpg")
      try FileManager.default.removeItem(atPath: picture)
      let finished = try edgevision([
        "eval", "--weights", try weights(folder), "--data", data, "--mistakes",
        folder("worst.png"),
      ])
      #expect(finished.status == 0, "\(finished.errors)")
      heights += try folder.pngSize("worst.png").suffix(1)
    }
    // Right for one of the two classes.
    #expect(heights.sorted() == [2 * 46, 2 * (46 + 184)])
  }

  /// Before the network is loaded, let alone evaluated.
  @Test func refusesWhatItCannotWrite() throws {
    let folder = try TemporaryFolder()
    let arguments = ["eval", "--weights", "/nowhere.pth", "--data", "/nowhere", "--mistakes"]
    let misuse = try edgevision(arguments + ["worst.txt"])
    #expect(misuse.status == 64)
    #expect(misuse.errors.contains("'worst.txt' is invalid"))
    let unwritable = try edgevision(arguments + ["/nowhere/worst.png"])
    #expect(unwritable.status == 1)
    #expect(unwritable.errors.contains("/nowhere/worst.png: cannot write"))
    let fontless = try edgevision(
      arguments + [folder("worst.png")], environment: folder.withoutFonts())
    #expect(fontless.status == 1)
    #expect(fontless.errors.contains("fonts-dejavu-core"))
  }
}
