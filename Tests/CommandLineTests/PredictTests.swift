import EdgeFormats
import EdgeModels
import EdgeRuntime
import Foundation
import TestSupport
import Testing
import WeightsTestSupport

@Suite struct PredictTests {
  /// PyTorch's scores of the shipped weights (official code in float32), short side and crop 128.
  static let scores: [String: [Double]] = [
    "chelsea.png": [
      0.0106026, 0.0811791, 0.0169317, 0.792709, 0.00511196, 0.0052781, 0.0407249, 0.00998492,
      0.00465198, 0.0328254,
    ],
    "coffee.png": [
      0.0427784, 0.703883, 0.0183293, 0.15466, 0.00783541, 0.0211482, 0.014716, 0.00872433,
      0.00836784, 0.0195584,
    ],
    "rocket.jpg": [
      0.00702117, 0.0120655, 0.00221763, 0.00406298, 0.00583947, 0.00891099, 0.00527579, 0.00673506,
      0.921675, 0.0261969,
    ],
  ]

  private func predictions(_ object: [String: Any]) throws -> [(String, Int, Double)] {
    #expect(Set(object.keys) == ["file", "predictions", "milliseconds"])
    #expect(try #require(object["milliseconds"] as? Double) > 0)
    return try (try #require(object["predictions"] as? [[String: Any]])).map { prediction in
      #expect(Set(prediction.keys) == ["label", "index", "score"])
      return (
        try #require(prediction["label"] as? String), try #require(prediction["index"] as? Int),
        try #require(prediction["score"] as? Double)
      )
    }
  }

  @Test(arguments: ISA.available)
  func agreesWithPyTorch(isa: ISA) throws {
    let names = Self.scores.keys.sorted()
    let finished = try edgevision(
      ["predict", "--json", "--top", "100"] + names.map(example),
      environment: ["EDGEVISION_ISA": isa.rawValue])
    #expect(finished.status == 0)
    #expect(finished.errors == "edgenext_xx_small: the shipped weights\n")
    let answers = try finished.jsonLines
    #expect(answers.compactMap { $0["file"] as? String } == names.map(example))
    for (name, answer) in zip(names, answers) {
      let found = try predictions(answer)
      let expected = try #require(Self.scores[name])
      #expect(found.count == 10)
      #expect(abs(found.reduce(0) { $0 + $1.2 } - 1) < 1e-9)
      for (_, index, score) in found { #expect(abs(score - expected[index]) < 1e-5) }
      #expect(found.map(\.2) == found.map(\.2).sorted(by: >))
    }
  }

  @Test func saysCatInATable() throws {
    let finished = try edgevision(["predict", example("chelsea.png")])
    #expect(finished.status == 0)
    #expect(finished.lines.count == 8)
    #expect(finished.lines[0].hasPrefix(example("chelsea.png") + " ("))
    #expect(finished.lines[0].hasSuffix(" ms)"))
    #expect(finished.lines[1] == "  class        score")
    #expect(finished.lines[3].wholeMatch(of: #/  cat         0\.792\d  █{23}.?/#) != nil)
    #expect(finished.lines[4].hasPrefix("  automobile  0.081"))
  }

  @Test func sizeAndCropDecideTheTransform() throws {
    func score(_ options: String...) throws -> Double {
      let run = try edgevision(["predict", example("chelsea.png"), "--json"] + options)
      return try predictions(run.jsonLines[0])[0].2
    }
    let published = try score()
    #expect(try score("--size", "128") == published)
    #expect(try score("--crop-pct", "1.0") == published)
    #expect(try score("--size", "128", "--crop-pct", "0.875") != published)
    #expect(try score("--size", "96") != published)
    #expect(try score("--threads", "1") > 0.7)
  }

  /// The rest is classified whatever happens to some.
  @Test func goesOnAfterBrokenPictures() throws {
    let folder = try TemporaryFolder()
    let photo = try Data(contentsOf: URL(filePath: example("rocket.jpg")))
    let pictures = folder("pictures")
    try FileManager.default.createDirectory(
      atPath: pictures + "/inner", withIntermediateDirectories: true)
    _ = try folder.file("pictures/b.jpg", photo)
    _ = try folder.file("pictures/a.jpg", photo.prefix(2000))
    _ = try folder.file("pictures/inner/c.jpeg", photo)
    _ = try folder.file("pictures/notes.txt", [1, 2, 3])
    let finished = try edgevision(
      ["predict", "--json", "missing.png", "pictures", "pictures/*.txt", "none/*"],
      in: folder.path)
    #expect(finished.status == 1)
    let answers = try finished.jsonLines
    #expect(
      answers.compactMap { $0["file"] as? String } == [
        "missing.png", "pictures/a.jpg", "pictures/b.jpg", "pictures/inner/c.jpeg",
        "pictures/notes.txt", "none/*",
      ])
    for (index, answer) in answers.enumerated() {
      if index == 2 || index == 3 {
        #expect(try predictions(answer)[0].0 == "ship")
      } else {
        #expect(Set(answer.keys) == ["file", "error"])
        let error = try #require(answer["error"] as? String)
        #expect(finished.errors.contains("Error: \(error)"))
      }
    }
    #expect(finished.errors.hasSuffix("4 of 6 pictures failed\n"))
  }

  @Test func loadsNothingForMissingPictures() throws {
    let finished = try edgevision(["predict", "/nowhere.png", "--weights", "/nowhere.pth"])
    #expect(finished.status == 1)
    #expect(finished.errors == "Error: /nowhere.png: no such file or folder\n")
  }

  @Test func namesTheClassesAsTold() throws {
    let folder = try TemporaryFolder()
    let names = ["🐈", "犬", "a", "b", "c", "d", "e\u{301}", "f", "g", "h"]
    let labels = try folder.file("names.txt", Array(names.joined(separator: "\n").utf8))
    let finished = try edgevision([
      "predict", example("chelsea.png"), "--labels", labels, "--top", "10", "--json",
    ])
    for (label, index, _) in try predictions(finished.jsonLines[0]) {
      #expect(label == names[index])
    }
    let short = try folder.file("short.txt", Array("cat\ndog\n".utf8))
    let refused = try edgevision(["predict", example("chelsea.png"), "--labels", short])
    #expect(refused.status == 1)
    #expect(refused.output == "")
    #expect(refused.errors.contains("10 classes") && refused.errors.contains("2 names"))
  }

  /// Columns line up where names are wide, combined, or would move the cursor.
  @Test func alignsWideNames() throws {
    let folder = try TemporaryFolder()
    let names = ["猫", "🐈", "e\u{301}", "a\u{1B}[2J", "four", "5", "6", "7", "8", "9"]
    let labels = try folder.file("names.txt", Array(names.joined(separator: "\n").utf8))
    let finished = try edgevision([
      "predict", example("chelsea.png"), "--labels", labels, "--top", "10", "--size", "32",
    ])
    let rows = finished.lines.dropFirst(3)
    let padded = ["猫   ", "🐈   ", "e\u{301}    ", "a\u{FFFD}[2J", "four ", "5    "]
    for text in padded { #expect(rows.contains { $0.hasPrefix("  \(text)  0.") }) }
    #expect(!finished.output.contains("\u{1B}"))
  }

  /// The file's metadata decides about network, classes and transform; `--model` isn't needed.
  @Test func metadataDecides() throws {
    let folder = try TemporaryFolder()
    var metadata = WeightsMetadata()
    metadata.model = "edgenext_xx_small_bn_hs"
    metadata.classNames = ["one", "two", "three"]
    metadata.size = 32
    let file = try folder.checkpoint(
      "net.safetensors", of: .edgeNeXtXXSmallBNHS, classes: 3, metadata: metadata)
    let finished = try edgevision([
      "predict", example("chelsea.png"), "--weights", file, "--json",
    ])
    #expect(finished.errors == "edgenext_xx_small_bn_hs: net.safetensors\n")
    #expect(Set(try predictions(finished.jsonLines[0]).map(\.0)) == ["one", "two", "three"])
  }

  /// Without metadata, names and shapes decide, and the head's rows are the classes.
  @Test func recognizesTheNetworkAndItsClasses() throws {
    let folder = try TemporaryFolder()
    let file = try folder.checkpoint("net.safetensors", of: .edgeNeXtXSmall, classes: 4)
    let run = ["predict", example("chelsea.png"), "--weights", file, "--size", "64"]
    let finished = try edgevision(run + ["--json"])
    #expect(finished.errors == "edgenext_x_small: net.safetensors\n")
    let labels = try predictions(finished.jsonLines[0]).map(\.0)
    #expect(Set(labels) == ["class 0", "class 1", "class 2", "class 3"])
    let refused = try edgevision(run + ["--model", "edgenext_xx_small"])
    #expect(refused.status == 1)
    #expect(refused.errors.contains("\(file): edgenext_xx_small: the checkpoint's tensors"))
  }
}
