import EdgeModels
import Testing

@Suite struct RegistryTests {
  @Test func everyPublishedNetworkHasItsName() {
    #expect(
      ModelDescription.all.map(\.name) == [
        "edgenext_xx_small", "edgenext_x_small", "edgenext_small", "edgenext_base",
        "edgenext_xx_small_bn_hs", "edgenext_x_small_bn_hs", "edgenext_small_bn_hs",
        "edgenext_small_usi", "edgenext_base_usi", "edgenext_base_in21k",
      ])
  }

  @Test(arguments: ModelDescription.all.map(\.name))
  func isFoundByName(name: String) throws {
    #expect(try ModelDescription.named(name).name == name)
  }

  @Test(arguments: [
    ("edgenext_smal", "edgenext_small"), ("edgenext_bse", "edgenext_base"),
    ("edgnext_xx_small_bnhs", "edgenext_xx_small_bn_hs"), ("resnet50", nil), ("", nil),
  ])
  func anUnknownNameIsAnErrorWithTheNearestOne(name: String, nearest: String?) {
    let known = ModelDescription.all.map(\.name)
    #expect(throws: ModelError.unknownModel(name: name, nearest: nearest, known: known)) {
      try ModelDescription.named(name)
    }
  }

  /// Short sides of the official evaluation: 292 for 256, and 269 for the USI weights.
  @Test(arguments: ModelDescription.all)
  func evaluationTransforms(model: ModelDescription) {
    #expect(model.transform.crop == 256)
    #expect(model.transform.resize == (model.name.hasSuffix("_usi") ? 269 : 292))
    #expect(model.transform.interpolation == "bicubic")
    #expect(model.transform.resize(crop: 64) == (model.name.hasSuffix("_usi") ? 67 : 73))
  }
}
