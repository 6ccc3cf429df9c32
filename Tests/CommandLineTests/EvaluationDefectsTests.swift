import EdgeFormats
import EdgeModels
import Foundation
import TestSupport
import Testing
import WeightsTestSupport

/// What `eval` says of annotations that training refuses.
@Suite struct EvaluationDefectsTests {
  private func evaluate(
    _ head: String, _ data: String, _ folder: borrowing TemporaryFolder, part: String = "val"
  ) throws -> Finished {
    var metadata = WeightsMetadata()
    let model = "\(head)_edgenext_xx_small"
    let names = (head == "ssd" ? [] : ["background"]) + ["red", "green"]
    metadata.model = model
    metadata.classNames = names
    metadata.size = 64
    let weights = try folder.checkpoint(
      "net.safetensors", of: .named(model), classes: names.count, metadata: metadata)
    return try edgevision([
      "eval", "--weights", weights, "--data", data, "--part", part, "--threads", "2", "--json",
    ])
  }

  private var small: [UInt8] {
    storedPNG(
      width: 32, height: 64, channels: 1, pixels: [UInt8](repeating: 0, count: 32 * 64))
  }

  @Test(arguments: ["ssd", "deeplabv3"]) func soundSetsAreQuiet(head: String) throws {
    let folder = try TemporaryFolder()
    // The other part's defects are not those of the one that is evaluated.
    let data = head == "ssd" ? try folder.boxes(defects: 3) : try folder.masks()
    let finished = try evaluate(head, data, folder)
    #expect(finished.status == 0)
    #expect(finished.errors == "\(head)_edgenext_xx_small: net.safetensors\n")
  }

  /// They count as in pycocotools.
  @Test func boxesWithoutAreaAreListed() throws {
    let folder = try TemporaryFolder()
    let data = try folder.boxes(defects: 23)
    let finished = try evaluate("ssd", data, folder, part: "train")
    #expect(finished.status == 0, "\(finished.errors)")
    let lines = finished.errors.split(separator: "\n").map(String.init)
    let first = try #require(lines.firstIndex(of: "warning: 23 annotations can't be used:"))
    #expect(
      lines[first + 1] == "  \(data)/train.json: annotations[8], id 1000: "
        + "the box from (5.0, 5.0) to (5.0, 9.0) has no area")
    #expect(lines.count { $0.contains("annotations[") } == 20)
    #expect(lines[first + 21] == "  and 3 more")
    #expect(lines[first + 22].contains("count here all the same"))
    #expect(lines.count == first + 23)
    let result = try #require(try finished.json as? [String: Any])
    let classes = try #require(result["per_class"] as? [[String: Any]])
    #expect(classes.compactMap { $0["objects"] as? Int } == [4 + 23, 4])
  }

  @Test func boxesOfOtherPicturesAreListed() throws {
    let folder = try TemporaryFolder()
    let data = try folder.boxes()
    _ = try folder.file("boxes/val/0.png", small)
    let finished = try evaluate("ssd", data, folder)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(
      finished.errors.contains(
        "warning: the annotations of 1 of 4 pictures don't fit them:\n"
          + "  0.png: 32x64 pixels, its annotations are for 64x64\n"))
    #expect(finished.errors.contains("count here all the same"))
    #expect(try finished.jsonLines[0]["images"] as? Int == 4)
  }

  @Test func picturesWithoutMasksAreListed() throws {
    let folder = try TemporaryFolder()
    let data = try folder.masks()
    _ = try folder.file("masks/val/images/alone.png", small)
    let finished = try evaluate("deeplabv3", data, folder)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(
      finished.errors.hasSuffix(
        "warning: 1 annotation can't be used:\n"
          + "  \(data)/val/images/alone.png: there is no mask 'alone'\n"
          + "They are left out here, too.\n"))
    #expect(try finished.jsonLines[0]["images"] as? Int == 4)
  }

  /// All of them, and before the network is run.
  @Test func unusableMasksEndIt() throws {
    let folder = try TemporaryFolder()
    let data = try folder.masks()
    for name in ["0", "2"] { _ = try folder.file("masks/val/masks/\(name).png", small) }
    let finished = try evaluate("deeplabv3", data, folder)
    #expect(finished.status == 1)
    #expect(finished.output == "")
    #expect(finished.errors.contains("the annotations of 2 of 4 pictures don't fit them:"))
    for name in ["0", "2"] {
      let place = "\(data)/val/masks/\(name).png: the mask"
      #expect(
        finished.errors.contains(
          "\(place): expected the 64x64 pixels of its picture, found 32x64"))
    }
    #expect(finished.errors.contains("repair them"))
  }
}
