import EdgeModels
import TestSupport
import Testing

@Suite struct ModelsTests {
  @Test func isAnArrayOfNetworks() throws {
    let finished = try edgevision(["models", "--json"])
    #expect(finished.status == 0)
    #expect(finished.errors == "")
    let models = try #require(try finished.json as? [[String: Any]])
    #expect(models.compactMap { $0["name"] as? String } == ModelDescription.all.map(\.name))
    for model in models {
      #expect(
        Set(model.keys) == [
          "name", "family", "parameters", "madds", "size", "top1", "resize", "crop",
          "interpolation", "weights",
        ])
      #expect(model["family"] as? String == "EdgeNeXt")
      #expect(try #require(model["parameters"] as? Int) > 1_000_000)
      #expect(model["size"] as? Int == 256)
      #expect(model["crop"] as? Int == 256)
      #expect(model["interpolation"] as? String == "bicubic")
      #expect(try #require(model["weights"] as? String).hasPrefix("https://github.com/"))
      #expect((50...100).contains(try #require(model["top1"] as? Double)))
    }
    let base = try #require(models.first { $0["name"] as? String == "edgenext_base" })
    #expect(base["resize"] as? Int == 292)
    let golden = try ClassificationGolden(model: "edgenext_base")
    #expect(base["madds"] as? Int == golden.publishedMadds["256x256"])
    #expect(base["parameters"] as? Int == golden.parameters)
    let usi = try #require(models.first { $0["name"] as? String == "edgenext_small_usi" })
    #expect(usi["resize"] as? Int == 269)
  }
}
