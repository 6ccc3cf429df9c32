import EdgeData
import EdgeFormats
import EdgeModels
import Foundation
import TestSupport
import Testing
import WeightsTestSupport

@Suite struct SegmentTests {
  private static let names = ["background", "road", "sky", "tree"]

  private func weights(_ folder: borrowing TemporaryFolder) throws -> String {
    var metadata = WeightsMetadata()
    metadata.model = "deeplabv3_edgenext_xx_small"
    metadata.classNames = Self.names
    metadata.size = 64
    return try folder.checkpoint(
      "net.safetensors", of: .named("deeplabv3_edgenext_xx_small"), classes: 4, metadata: metadata)
  }

  private func classes(_ answer: [String: Any]) throws -> [(index: Int, fraction: Double)] {
    try (try #require(answer["classes"] as? [[String: Any]])).map { each in
      #expect(Set(each.keys) == ["label", "index", "fraction"])
      let index = try #require(each["index"] as? Int)
      #expect(each["label"] as? String == Self.names[index])
      return (index, try #require(each["fraction"] as? Double))
    }
  }

  @Test func tellsClasses() throws {
    let folder = try TemporaryFolder()
    let finished = try edgevision([
      "segment", example("chelsea.png"), "--weights", weights(folder), "--json",
    ])
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.errors == "deeplabv3_edgenext_xx_small: net.safetensors\n")
    let answer = try #require(finished.jsonLines.first)
    #expect(Set(answer.keys) == ["file", "classes", "mask"])
    #expect(answer["mask"] is NSNull)
    let found = try classes(answer)
    #expect(abs(found.reduce(0) { $0 + $1.fraction } - 1) < 1e-9)
    #expect(found.map(\.fraction) == found.map(\.fraction).sorted(by: >))
    #expect(found.allSatisfy { $0.fraction > 0 })
  }

  /// The mask holds the class numbers that the fractions are of.
  @Test func writesMasks() throws {
    let folder = try TemporaryFolder()
    let finished = try edgevision([
      "segment", example("chelsea.png"), "--weights", weights(folder), "--json", "--save",
      folder("out"), "--opacity", "0.8",
    ])
    #expect(finished.status == 0, "\(finished.errors)")
    let answer = try #require(finished.jsonLines.first)
    let path = try #require(answer["mask"] as? String)
    #expect(path == folder("out/chelsea_mask.png"))
    let mask = try Mask(bytes: [UInt8](Data(contentsOf: URL(filePath: path))), name: "mask")
    #expect(mask.width == 451 && mask.height == 300)
    for (index, fraction) in try classes(answer) {
      let count = mask.labels.count { Int($0) == index }
      #expect(abs(fraction - Double(count) / (451 * 300)) < 1e-12)
    }
    let size = try folder.pngSize("out/chelsea.png")
    #expect(size[0] == 902 && size[1] > 600)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("out"))
    #expect(names.sorted() == ["chelsea.png", "chelsea_mask.png"])
  }

  @Test func printsATable() throws {
    let folder = try TemporaryFolder()
    let finished = try edgevision([
      "segment", example("chelsea.png"), "--weights", weights(folder),
    ])
    #expect(finished.lines[0].hasSuffix(" ms)"))
    #expect(finished.lines[1].wholeMatch(of: #/  class +part/#) != nil)
    let row = #/  (background|road|sky|tree) +\d+\.\d %  .*/#
    #expect(finished.lines[3].wholeMatch(of: row) != nil)
  }

  @Test(arguments: [
    ([], "no weights for segmentation"),
    (["--model", "edgenext_small"], "--model deeplabv3_edgeformer_s"),
    (["--model", "ssd_edgeformer_s"], "'edgevision detect'"),
    (["--weights", "x", "--opacity", "-1"], "--opacity"),
    (["--weights", "x", "--opacity=2"], "got 2.0"),
  ])
  func refusesWrongUsage(options: [String], says: String) throws {
    let finished = try edgevision(["segment", example("chelsea.png")] + options)
    #expect(finished.status == 64)
    #expect(finished.output == "")
    #expect(finished.errors.contains(says))
  }
}
