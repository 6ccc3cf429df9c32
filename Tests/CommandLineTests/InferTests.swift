import EdgeFormats
import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import OrderedCollections
import TestSupport
import Testing
import WeightsTestSupport

@Suite struct InferTests {
  private func infer(
    _ options: [String], _ folder: borrowing TemporaryFolder, isa: ISA? = nil
  ) throws -> OrderedDictionary<String, TensorData> {
    let output = folder("out.safetensors")
    let finished = try edgevision(
      ["infer", "--input", folder("in.safetensors"), "--output", output] + options,
      environment: isa.map { ["EDGEVISION_ISA": $0.rawValue] } ?? [:])
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.output == "")
    return try tensors(in: output)
  }

  struct Setting: CustomTestStringConvertible, Sendable {
    let model: String
    let isa: ISA
    var testDescription: String { "\(model), \(isa)" }
  }

  static let settings =
    ISA.available.map { Setting(model: "edgenext_xx_small", isa: $0) }
    + ["edgenext_small", "edgenext_xx_small_bn_hs"].map { Setting(model: $0, isa: .best) }

  /// The official code's numbers, a batch of two and an image that is no square among them.
  /// Limits as in ClassificationGoldenTests.
  @Test(arguments: settings)
  func agreesWithTheOfficialCode(setting: Setting) throws {
    let folder = try TemporaryFolder()
    let golden = try ClassificationGolden(model: setting.model)
    let rule = SyntheticParameters(tag: "v1")
    for expected in golden.cases {
      let shape = Shape(expected.inputShape)
      _ = try folder.input(shape)
      let results = try infer(
        ["--model", setting.model, "--synthetic", "v1", "--features"], folder, isa: setting.isa)
      #expect(Set(results.keys) == ["logits", "stage1", "stage2", "stage3", "stage4"])
      let logits = try #require(results["logits"])
      #expect(logits.shape == [shape[0], 1000] && logits.dtype == .float32)
      let largest = zip(logits.doubles(), expected.logits.joined()).map { abs($0 - $1) }.max()
      #expect(try #require(largest) <= 1e-5)
      for feature in expected.features {
        let found = try #require(results[feature.name])
        #expect(found.shape == Shape(feature.shape))
        let probe = rule.uniform("probe:\(feature.name)", count: found.shape.count)
        let checksum = zip(found.doubles(), probe).reduce(0) { $0 + $1.0 * $1.1 }
        let limit = 3e-6 * feature.std * Double(probe.count).squareRoot()
        #expect(abs(checksum - feature.checksum) <= limit)
      }
    }
  }

  @Test func takesClassesThreadsAndTag() throws {
    let folder = try TemporaryFolder()
    _ = try folder.input([2, 3, 40, 70], tag: "other")
    let options = ["--model", "edgenext_xx_small", "--synthetic"]
    let seven = try infer(options + ["v1", "--classes", "7"], folder)
    #expect(Array(seven.keys) == ["logits"])
    #expect(seven["logits"]?.shape == [2, 7])
    let alone = try infer(options + ["v1", "--classes", "7", "--threads", "1"], folder)
    #expect(difference(seven["logits"], alone["logits"]) < 1e-5)
    let other = try infer(options + ["other", "--classes", "7"], folder)
    #expect(difference(seven["logits"], other["logits"]) > 1e-3)
    for classes in ["0", "-3", "2000000"] {
      let refused = try edgevision(
        ["infer", "--input", folder("in.safetensors"), "--output", folder("x.safetensors")]
          + options + ["v1", "--classes=\(classes)"])
      #expect(refused.status == 64)
    }
    #expect(try folder.names == ["in.safetensors", "out.safetensors"])
  }

  @Test func detectorsGiveTheirAnchors() throws {
    let folder = try TemporaryFolder()
    _ = try folder.input([2, 3, 64, 96])
    let named = try infer(
      ["--model", "ssd_edgenext_xx_small", "--synthetic", "v1", "--classes", "5"], folder)
    #expect(Set(named.keys) == ["confidences", "locations", "anchors"])
    let anchors = try #require(
      try ModelDescription.named("ssd_edgenext_xx_small").anchors(height: 64, width: 96))
    #expect(named["confidences"]?.shape == [2, anchors.count, 6])
    #expect(named["locations"]?.shape == [2, anchors.count, 4])
    #expect(named["anchors"]?.shape == [anchors.count, 4])
    #expect(named["anchors"]?.floats() == anchors.values)
    let parts = try infer(
      [
        "--head", "ssd", "--backbone", "edgenext_xx_small", "--synthetic", "v1", "--classes", "5",
      ], folder)
    #expect(parts["confidences"]?.floats() == named["confidences"]?.floats())
  }

  @Test func segmentersGiveScoresOfEveryPixel() throws {
    let folder = try TemporaryFolder()
    _ = try folder.input([1, 3, 64, 96])
    let results = try infer(
      ["--model", "deeplabv3_edgenext_xx_small", "--synthetic", "v1", "--features"], folder)
    #expect(Set(results.keys) == ["logits", "stage1", "stage2", "stage3", "stage4"])
    #expect(results["logits"]?.shape == [1, 21, 64, 96])
    #expect(results["stage4"]?.shape == [1, 168, 4, 6])
  }

  @Test func readsWeightsAsTheRuleMakesThem() throws {
    let folder = try TemporaryFolder()
    _ = try folder.input([1, 3, 64, 64])
    let file = try folder.checkpoint("net.safetensors", of: .edgeNeXtXXSmall, classes: 5)
    let ruled = try infer(
      ["--model", "edgenext_xx_small", "--synthetic", "v1", "--classes", "5"], folder)
    let read = try infer(["--weights", file], folder)
    #expect(read["logits"]?.floats() == ruled["logits"]?.floats())
  }

  static let unsuitable: [(String, Shape, Int)] = [
    ("image", [1, 3, 64, 64], 1), ("input", [3, 64, 64], 1), ("input", [1, 64, 64, 3], 1),
    ("input", [1, 3, 31, 64], 64), ("input", [0, 3, 64, 64], 64),
  ]

  @Test(arguments: unsuitable)
  func refusesUnsuitableInput(name: String, shape: Shape, status: Int) throws {
    let folder = try TemporaryFolder()
    let image = SyntheticParameters(tag: "v1").image(shape)
    let input = try folder.write("in.safetensors", [name: image])
    let finished = try edgevision([
      "infer", "--model", "edgenext_xx_small", "--synthetic", "v1", "--input", input, "--output",
      folder("out.safetensors"),
    ])
    #expect(finished.status == status)
    #expect(try folder.names == ["in.safetensors"])
  }

  @Test func refusesInputOfAnotherType() throws {
    let folder = try TemporaryFolder()
    let image = SyntheticParameters(tag: "v1").image([1, 3, 64, 64]).converted(to: .float16)
    let input = try folder.write("in.safetensors", ["input": image])
    let finished = try edgevision([
      "infer", "--model", "edgenext_xx_small", "--synthetic", "v1", "--input", input, "--output",
      folder("out.safetensors"),
    ])
    #expect(finished.status == 1)
    #expect(finished.errors.contains("'input' is float16 [1, 3, 64, 64]; expected float32"))
  }

  @Test func keepsAnExistingOutputWhenItFails() throws {
    let folder = try TemporaryFolder()
    let output = try folder.file("out.safetensors", [1, 2, 3])
    let finished = try edgevision([
      "infer", "--model", "edgenext_xx_small", "--synthetic", "v1", "--input",
      folder("none.safetensors"), "--output", output,
    ])
    #expect(finished.status == 1)
    #expect(try folder.names == ["out.safetensors"])
    #expect(try folder.text("out.safetensors") == "\u{1}\u{2}\u{3}")
  }
}
