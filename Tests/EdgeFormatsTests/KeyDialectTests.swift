import FoundationEssentials
import TestSupport
import Testing

@testable import EdgeFormats

@Suite struct KeyDialectTests {
  /// Every name that timm's and mmpretrain's EdgeNeXt-XX-Small hold, with its official name.
  @Test(arguments: [KeyDialect.timm, .mmpretrain])
  func translatesTheWholeKeyList(dialect: KeyDialect) throws {
    let map = try keyMap(dialect)
    #expect(map.count == 160)
    let prefix = NamePrefix(names: map.map(\.name))
    #expect(prefix.text == (dialect == .mmpretrain ? "backbone." : ""))
    #expect(KeyDialect(names: map.map { prefix.stripped($0.name) }) == dialect)
    for (name, official) in map {
      #expect(dialect.officialName(prefix.stripped(name)) == official)
    }
  }

  @Test(arguments: [KeyDialect.timm, .mmpretrain])
  func leavesOfficialNamesAlone(dialect: KeyDialect) throws {
    let names = try keyMap(dialect).map(\.official)
    #expect(KeyDialect(names: names) == .official)
    for name in names { #expect(KeyDialect.official.officialName(name) == name) }
  }

  /// The `_bn_hs` networks of timm normalise before they pool; the largest have more blocks.
  @Test(arguments: [
    (KeyDialect.timm, "norm_pre.running_mean", "norm.running_mean"),
    (.timm, "stages.2.blocks.8.conv_dw.weight", "stages.2.8.dwconv.weight"),
    (.timm, "stages.3.downsample.0.running_var", "downsample_layers.3.0.running_var"),
    (.mmpretrain, "stages.2.8.csa.scale", "stages.2.8.xca.temperature"),
    (.mmpretrain, "norm3.running_mean", "norm.running_mean"),
    (.mmpretrain, "norm2.weight", "norm2.weight"),
  ])
  func translates(dialect: KeyDialect, name: String, official: String) {
    #expect(dialect.officialName(name) == official)
  }

  @Test func mmpretrainKeepsItsEpsilons() throws {
    let map = try keyMap(.mmpretrain)
    let overrides = KeyDialect.mmpretrain.epsilonOverrides(names: map.map(\.official))
    let blocks = ["stages.1.1", "stages.2.5", "stages.3.1"]
    let layers = blocks.flatMap { [$0 + ".norm_xca", $0 + ".norm"] } + ["norm"]
    #expect(overrides == Dictionary(uniqueKeysWithValues: layers.map { ($0, 1e-5) }))
    #expect(KeyDialect.timm.epsilonOverrides(names: map.map(\.official)).isEmpty)
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

private func keyMap(_ dialect: KeyDialect) throws -> [(name: String, official: String)] {
  let file = Repository.golden("checkpoints/edgenext_xx_small_\(dialect.rawValue)_keys.json")
  let json = try JSONReader.read(Array(try Data(contentsOf: file)))
  guard case .object(let members)? = json["map"] else { return [] }
  return members.map { ($0.name, $0.value.text ?? "") }
}
