import Testing

@testable import EdgeFormats

@Suite struct WeightsMetadataTests {
  @Test func survivesTheHeader() {
    var metadata = WeightsMetadata()
    metadata.model = "edgenext_small"
    metadata.classNames = ["tench, Tinca tinca", "\"quoted\" \\ \u{1} é\u{1F600}"]
    (metadata.size, metadata.resize, metadata.crop) = (256, 292, 256)
    metadata.interpolation = "bicubic"
    metadata.mean = [0.485, 0.456, 0.406]
    metadata.std = [0.229, 0.224, 0.225]
    metadata.epsilonOverrides = ["norm": 1e-5, "stages.1.1.norm": 1e-6]
    metadata.sourceKey = "model_ema"
    #expect(WeightsMetadata(header: metadata.header) == metadata)
    metadata.interpolation = "opencv-bilinear"
    #expect(WeightsMetadata(header: metadata.header) == metadata)
    #expect(WeightsMetadata(header: [:]) == WeightsMetadata())
    #expect(WeightsMetadata().header.isEmpty)
  }

  @Test(arguments: [
    ["size": "0"], ["size": "large"], ["resize": "-3"], ["crop": "99999999"],
    ["interpolation": "magic"], ["mean": "[1,\"x\"]"], ["mean": "[]"], ["std": "[0,1,1]"],
    ["class_names": "cat"], ["class_names": "[1]"], ["epsilon_overrides": "{\"norm\":-1}"],
    ["epsilon_overrides": "[]"], ["format": "pt"],
  ])
  func leavesOutWhatMakesNoSense(header: [String: String]) {
    #expect(WeightsMetadata(header: header) == WeightsMetadata())
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\"}", "{\"a\":}", "01x", "\"\\x\"", "\"\\u12\"", "\"\\ud83d\"", "nul",
    "+1",
    "[1 2]", "\"a\nb\"", "1 2", "-", "{\"a\":1,}",
  ])
  func refusesOtherJSON(text: String) {
    #expect(throws: JSONReader.Problem.self) { try JSONReader.read(text) }
  }

  @Test func readsJSON() throws {
    let text = #" {"a" : [1, -2.5e1, true, false, null], "b\n\ud83d\ude00": {}} "#
    let expected = JSONValue.object([
      JSONValue.Member(
        name: "a", value: .array([.integer(1), .number(-25), .bool(true), .bool(false), .null])),
      JSONValue.Member(name: "b\n\u{1F600}", value: .object([])),
    ])
    #expect(try JSONReader.read(text) == expected)
    #expect(try JSONReader.read(expected.description) == expected)
  }
}
