import EdgeModels
import Foundation
import TestSupport
import Testing

@Suite struct ModelsTests {
  private func models(_ arguments: [String] = []) throws -> [[String: Any]] {
    let finished = try edgevision(["models", "--json"] + arguments)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.errors == "")
    return try #require(try finished.json as? [[String: Any]])
  }

  private func names(_ arguments: [String]) throws -> [String] {
    try models(arguments).compactMap { $0["name"] as? String }
  }

  @Test func isAnArrayOfNetworks() throws {
    let models = try models()
    #expect(models.count == ModelDescription.all.count)
    for (model, expected) in zip(models, ModelDescription.all) {
      let required: Set = [
        "name", "aliases", "task", "family", "parameters", "madds", "size", "resize", "crop", "fit",
        "interpolation", "notes",
      ]
      #expect(Set(model.keys).subtracting(["score", "weights"]) == required)
      #expect(model["name"] as? String == expected.name)
      #expect(model["aliases"] as? [String] == expected.aliases)
      #expect(model["task"] as? String == expected.task.rawValue)
      #expect(model["fit"] as? String == expected.transform.fit.rawValue)
      #expect(model["family"] as? String == expected.family.name)
      #expect(model["size"] as? Int == expected.size)
      #expect(model["crop"] as? Int == expected.size)
      #expect(model["resize"] as? Int == expected.transform.resize)
      #expect(model["interpolation"] as? String == expected.transform.interpolation)
      #expect(model["score"] as? Double == expected.score)
      #expect(model["notes"] as? [String] == expected.notes)
    }
    let first = try #require(models.first)
    #expect(try #require(first["weights"] as? String).hasPrefix("https://github.com/"))
  }

  /// By their authors' rule for EdgeNeXt and EdgeViT, those of products for the others.
  @Test func countsAreThoseOfTheOfficialCode() throws {
    var count = 0
    for model in try models() {
      let name = try #require(model["name"] as? String)
      let file = Repository.golden("classification/\(name).json")
      guard FileManager.default.fileExists(atPath: file.path) else { continue }
      let golden = try ClassificationGolden(model: name)
      let size = try #require(model["size"] as? Int)
      let key = "\(size)x\(size)"
      let madds = golden.publishedMadds?[key] ?? golden.macs[key]?.total
      #expect(model["madds"] as? Int == madds, "\(name)")
      #expect(model["parameters"] as? Int == golden.parameters, "\(name)")
      count += 1
    }
    #expect(count == 24)
  }

  @Test(
    arguments: [
      (["base", "EDGENEXT"], ["edgenext_base", "edgenext_base_usi", "edgenext_base_in21k"]),
      (["parc_resnet50"], ["gcc_resnet50"]),
      (
        ["vit xs"],
        ["edgevit_xxs", "edgevit_xs", "gcc_edgevit_xs", "mobilevit_xxs", "mobilevit_xs"]
      ),
      (["mobilevit", "classification"], ["mobilevit_xxs", "mobilevit_xs", "mobilevit_s"]),
      (["detection"], ["ssd_edgeformer_s", "ssd_edgenext_s", "ssd_mobilevit_s"]),
      (["deeplab edgenext"], ["deeplabv3_edgenext_s"]),
      ([""], ModelDescription.all.map(\.name)),
    ] as [([String], [String])])
  func filters(words: [String], expected: [String]) throws {
    #expect(try names(["--filter"] + words) == expected)
  }

  @Test(arguments: ["parameters", "madds", "size", "score"])
  func sortsByNumbers(key: String) throws {
    let models = try models(["--sort", key])
    let values = models.map { ($0[key] as? NSNumber)?.doubleValue ?? 0 }
    #expect(values == values.sorted())
    #expect(Set(values).count > 1)
    #expect(models.count == ModelDescription.all.count)
  }

  @Test func sortsByWords() throws {
    let all = ModelDescription.all
    #expect(try names(["--sort", "name"]) == all.map(\.name).sorted())
    let families = try models(["--sort", "family"]).compactMap { $0["family"] as? String }
    #expect(families == all.map(\.family.name).sorted())
    let tasks = try models(["--sort", "task"]).compactMap { $0["task"] as? String }
    #expect(tasks == all.map(\.task.rawValue).sorted())
    #expect(
      try names(["--filter", "mobilevit", "classification", "--sort", "family"]).first
        == "mobilevit_xxs")
  }

  @Test func tellsWhatIsPrintedElsewhere() throws {
    let arguments = ["models", "--filter", "edgevit_s"]
    let note = "edgevit_s: The paper prints 11.1M parameters; the official code has 13.1M."
    #expect(try edgevision(arguments + ["--notes"]).lines.last == note)
    #expect(try !edgevision(arguments).output.contains("11.1M"))
  }

  /// Networks without a published score, or for another task than the first one, are neither measured
  /// nor drawn.
  @Test func drawsWhatItMeasures() throws {
    let folder = try TemporaryFolder()
    let models = try models(["--filter", "edgeformer", "--plot", folder("networks.png")])
    #expect(try folder.pngSize("networks.png") == [2 * 2 * 760, 2 * 520])
    for model in models {
      let time = model["median_ms"] as? Double
      let isDrawn = model["score"] != nil && model["task"] as? String == "classification"
      #expect((time != nil) == isDrawn)
      if let time { #expect(time > 0) }
    }
    #expect(models.contains { $0["median_ms"] != nil })
  }

  @Test func showsTheTimes() throws {
    let folder = try TemporaryFolder()
    let finished = try edgevision([
      "models", "--filter", "xx_small_bn_hs", "--plot", folder("networks.png"), "--threads", "2",
    ])
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.lines[0].contains(" ms "))
  }

  /// Before anything is measured.
  @Test func refusesWhatItCannotWrite() throws {
    let finished = try edgevision(["models", "--plot", "/nowhere/networks.png"])
    #expect(finished.status == 1)
    #expect(finished.errors.contains("/nowhere/networks.png: cannot write"))
  }
}
