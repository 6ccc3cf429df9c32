import EdgeGraph
import EdgeModels
import TestSupport
import Testing

@testable import EdgeFormats

@Suite struct KeyDialectTests {
  /// Every name that another library's network holds, with its official name; none is left out.
  @Test(arguments: KeyList.all)
  func translatesTheWholeKeyList(list: KeyList) throws {
    let names = try list.names()
    let prefix = NamePrefix(names: names.map(\.foreign))
    #expect(prefix.text == list.prefix)
    #expect(KeyDialect(names: names.map { prefix.stripped($0.foreign) }) == list.dialect)
    for (foreign, official) in names {
      #expect(list.dialect.translated(prefix.stripped(foreign)).name == official)
    }
    let golden = try ClassificationGolden(model: list.model)
    #expect(Set(names.map(\.official)) == Set(golden.stateDict.map(\.name)))
  }

  /// From the file to the network, shapes included.
  @Test(arguments: KeyList.all)
  func theNetworkIsRecognizedAndBuilt(list: KeyList) throws {
    let checkpoint = try list.checkpoint().weights()
    #expect(checkpoint.dialect == list.dialect)
    let model = try ModelDescription.identified(from: checkpoint.source)
    #expect(model.name == list.model)
    _ = try model.network(from: checkpoint.source)
  }

  static let officialLists = ModelDescription.all.filter { $0.task == .classification }
    .map(\.name).filter { name in
      !["edgenext_small_usi", "edgenext_base_usi", "edgenext_base_in21k"].contains(name)
    }

  /// Not one name of any network's official checkpoint is taken for another library's.
  @Test(arguments: officialLists)
  func leavesOfficialNamesAlone(model: String) throws {
    for entry in try ClassificationGolden(model: model).stateDict {
      #expect(KeyDialect(names: [entry.name]) == .official)
      #expect(KeyDialect.official.translated(entry.name).name == entry.name)
    }
  }

  /// The `_bn_hs` networks of timm normalise before they pool; the largest have more blocks.
  @Test(arguments: [
    (KeyDialect.timm, "norm_pre.running_mean", "norm.running_mean"),
    (.timm, "stages.2.blocks.8.conv_dw.weight", "stages.2.8.dwconv.weight"),
    (.timm, "stages.3.downsample.0.running_var", "downsample_layers.3.0.running_var"),
    (.timm, "stages.x.blocks.0.gamma", "stages.x.blocks.0.gamma"),
    (.timmMobileNetV2, "blocks.7.0.conv_dw.weight", "blocks.7.0.conv_dw.weight"),
    (.timmMobileViT, "stages.4.1.norm.bias", "layer_5.1.global_rep.3.bias"),
    (.torchvision, "features.7.12.layer_scale", "stages.3.12.gamma"),
    (.mmpretrain, "stages.2.8.csa.scale", "stages.2.8.xca.temperature"),
    (.mmpretrain, "norm3.running_mean", "norm.running_mean"),
    (.mmpretrain, "norm2.weight", "norm2.weight"), (.mmpretrain, "", ""),
  ])
  func translates(dialect: KeyDialect, name: String, official: String) {
    #expect(dialect.translated(name).name == official)
  }

  @Test func mmpretrainKeepsItsEpsilons() throws {
    for list in KeyList.all {
      let overrides = list.dialect.epsilonOverrides(names: try list.names().map(\.official))
      let blocks = ["stages.1.1", "stages.2.5", "stages.3.1"]
      let layers = blocks.flatMap { [$0 + ".norm_xca", $0 + ".norm"] } + ["norm"]
      #expect(
        overrides
          == (list.dialect == .mmpretrain
            ? Dictionary(uniqueKeysWithValues: layers.map { ($0, 1e-5) }) : [:]))
    }
    // Neither batch norms nor networks without SDTA blocks.
    let others = ["stages.1.1.norm_xca.weight", "stages.1.1.norm_xca.running_var"]
    #expect(
      KeyDialect.mmpretrain.epsilonOverrides(names: others) == [
        "stages.1.1.norm": 1e-5, "norm": 1e-5,
      ])
    #expect(KeyDialect.mmpretrain.epsilonOverrides(names: ["norm.weight"]).isEmpty)
  }

  @Test(arguments: [
    (["module.a", "module.b"], "module."),
    (["module.backbone.a", "module.head.fc.b"], "module.backbone."),
    (["model.module.a", "n_averaged"], "model.module."),
    (["backbone.a", "neck.b"], ""),
    (["a", "module.b"], ""),
    ([], ""),
  ])
  func stripsPrefixes(names: [String], prefix: String) {
    #expect(NamePrefix(names: names).text == prefix)
  }
}
