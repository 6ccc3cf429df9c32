import EdgeData
import EdgeFormats
import EdgeModels
import Foundation
import TestSupport
import Testing
import WeightsTestSupport

@Suite struct DetectTests {
  private func weights(_ folder: borrowing TemporaryFolder) throws -> String {
    var metadata = WeightsMetadata()
    metadata.model = "ssd_edgenext_xx_small"
    metadata.classNames = ["ant", "bee", "cat"]
    metadata.size = 64
    return try folder.checkpoint(
      "net.safetensors", of: .named("ssd_edgenext_xx_small"), classes: 3, metadata: metadata)
  }

  @Test func tellsBoxes() throws {
    let folder = try TemporaryFolder()
    let finished = try edgevision([
      "detect", example("chelsea.png"), example("rocket.jpg"), "--weights", weights(folder),
      "--threshold", "0.3", "--json",
    ])
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.errors == "ssd_edgenext_xx_small: net.safetensors\n")
    let answers = try finished.jsonLines
    #expect(answers.count == 2)
    for answer in answers {
      #expect(Set(answer.keys) == ["file", "detections", "milliseconds"])
      let things = try #require(answer["detections"] as? [[String: Any]])
      for thing in things {
        #expect(Set(thing.keys) == ["label", "index", "score", "box"])
        let index = try #require(thing["index"] as? Int)
        #expect(thing["label"] as? String == ["ant", "bee", "cat"][index])
        #expect(try #require(thing["score"] as? Double) > 0.3)
        let box = try #require(thing["box"] as? [Double])
        #expect(box.count == 4 && box[0] < box[2] && box[1] < box[3] && box[0] >= 0)
      }
    }
  }

  @Test func printsATable() throws {
    let folder = try TemporaryFolder()
    let file = try weights(folder)
    let photo = example("chelsea.png")
    let all = try edgevision(["detect", photo, "--weights", file, "--threshold", "0"])
    #expect(all.status == 0)
    #expect(all.lines[0].hasPrefix("\(photo) (") && all.lines[0].hasSuffix(" ms)"))
    #expect(all.lines[1].wholeMatch(of: #/  class +score +left +top +right +bottom/#) != nil)
    #expect(all.lines[3].wholeMatch(of: #/  (ant|bee|cat) +[01]\.\d{4}( +\d+){4}/#) != nil)
    let none = try edgevision(["detect", photo, "--weights", file, "--threshold", "1"])
    #expect(none.lines.dropFirst() == ["  nothing found"])
  }

  /// Pictures of the same name don't replace each other.
  @Test func drawsPictures() throws {
    let folder = try TemporaryFolder()
    let photo = try Data(contentsOf: URL(filePath: example("chelsea.png")))
    try FileManager.default.createDirectory(
      atPath: folder("a"), withIntermediateDirectories: true)
    _ = try folder.file("a/chelsea.png", photo)
    let finished = try edgevision([
      "detect", example("chelsea.png"), folder("a"), "--weights", weights(folder), "--save",
      folder("found/here"), "--threshold", "0.2",
    ])
    #expect(finished.status == 0, "\(finished.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("found/here"))
    #expect(names.sorted() == ["chelsea-2.png", "chelsea.png"])
    // 451 by 300 pixels, doubled so that tags can be read.
    #expect(try folder.pngSize("found/here/chelsea.png") == [902, 600])
  }

  @Test func neverReplacesWhatItReads() throws {
    let folder = try TemporaryFolder()
    let photo = try Data(contentsOf: URL(filePath: example("chelsea.png")))
    let picture = try folder.file("cat.png", photo)
    let finished = try edgevision([
      "detect", picture, "--weights", weights(folder), "--save", folder.path,
    ])
    #expect(finished.status == 64)
    #expect(finished.errors.contains("give another folder"))
    #expect(try Data(contentsOf: URL(filePath: picture)) == photo)
  }

  @Test func goesOnAfterBrokenPictures() throws {
    let folder = try TemporaryFolder()
    let finished = try edgevision([
      "detect", "/nowhere.png", example("rocket.jpg"), "--weights", weights(folder), "--json",
    ])
    #expect(finished.status == 1)
    let answers = try finished.jsonLines
    #expect(Set(try #require(answers.first).keys) == ["file", "error"])
    #expect(answers.count == 2 && answers[1]["detections"] != nil)
  }

  @Test(arguments: [
    ([], "no weights for detection"),
    (["--model", "ssd_edgeformer_s"], "--model ssd_edgeformer_s --data DIR"),
    (["--model", "edgenext_small"], "'edgevision predict'"),
    (["--model", "edgenext_small"], "--model ssd_edgeformer_s"),
    (["--model", "deeplabv3_edgeformer_s"], "'edgevision segment'"),
    (["--weights", "x", "--threshold", "1.5"], "got 1.5"),
    (["--weights", "x", "--threshold", "nan"], "--threshold must be"),
    (["--weights", "x", "--size", "0"], "got 0"),
  ])
  func refusesWrongUsage(options: [String], says: String) throws {
    let finished = try edgevision(["detect", example("chelsea.png")] + options)
    #expect(finished.status == 64)
    #expect(finished.output == "")
    #expect(finished.errors.contains(says))
  }

  /// Whatever the file says, not only the name that was given.
  @Test func refusesTheWeightsOfOtherNetworks() throws {
    let folder = try TemporaryFolder()
    let classifier = try folder.checkpoint("c.safetensors", of: .edgeNeXtXXSmall, classes: 2)
    let detect = try edgevision(["detect", example("chelsea.png"), "--weights", classifier])
    #expect(detect.status == 64)
    #expect(detect.errors.contains("such as --model ssd_edgeformer_s"))
    let predict = try edgevision([
      "predict", example("chelsea.png"), "--weights", weights(folder),
    ])
    #expect(predict.status == 64)
    #expect(predict.errors.contains("use it with 'edgevision detect'"))
    let named = try edgevision(["predict", example("chelsea.png"), "--model", "ssd_edgeformer_s"])
    #expect(named.status == 64)
    #expect(named.errors.contains("use it with 'edgevision detect'"))
  }
}
