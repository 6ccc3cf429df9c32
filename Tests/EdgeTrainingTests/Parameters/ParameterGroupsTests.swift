import EdgeGraph
import EdgeModels
import EdgeRuntime
import Testing

@testable import EdgeTraining

@Suite struct ParameterGroupsTests {
  private static let parameters: [(name: String, shape: Shape)] = [
    ("downsample_layers.0.0.weight", [24, 3, 4, 4]), ("downsample_layers.0.0.bias", [24]),
    ("stages.1.1.gamma", [48]), ("stages.1.1.xca.temperature", [4, 1, 1]),
    ("stages.1.1.pos_embd.bias", [2, 2]), ("norm.weight", [168]), ("head.weight", [10, 168]),
  ]

  @Test func onlyMatricesDecay() throws {
    let groups = try ParameterGroups(Self.parameters, recipe: TrainingRecipe())
    #expect(groups.groups.map(\.decays) == [true, false, false, true, false, false, true])
    #expect(groups.groups.allSatisfy { !$0.isFrozen && $0.learningRateScale == 1 })
    var recipe = TrainingRecipe()
    recipe.decaysAll = true
    #expect(try ParameterGroups(Self.parameters, recipe: recipe).groups.allSatisfy(\.decays))
  }

  @Test func patternsFreeze() throws {
    var recipe = TrainingRecipe()
    recipe.frozen = ["downsample_layers.*", "*.gamma"]
    let groups = try ParameterGroups(Self.parameters, recipe: recipe)
    #expect(groups.groups.map(\.isFrozen) == [true, true, true, false, false, false, false])
    recipe.frozen = ["norm.weigth"]
    #expect(
      throws: RecipeError.value(
        option: "freeze", found: "norm.weigth",
        expected: "a pattern that matches a parameter, such as 'norm.weight'", origin: .commandLine)
    ) { try ParameterGroups(Self.parameters, recipe: recipe) }
    recipe.frozen = ["*"]
    #expect(throws: RecipeError.self) { try ParameterGroups(Self.parameters, recipe: recipe) }
  }

  /// ConvNeXt-S has depths 3, 3, 27, 3 and depths 0 to 13 in the official function.
  @Test(arguments: [
    ("downsample_layers.0.0.weight", 0), ("stages.0.2.gamma", 1), ("downsample_layers.1.0.bias", 2),
    ("stages.1.0.gamma", 2), ("downsample_layers.2.1.weight", 3), ("stages.2.0.gamma", 3),
    ("stages.2.2.gamma", 3), ("stages.2.3.gamma", 4), ("stages.2.26.gamma", 11),
    ("downsample_layers.3.1.weight", 12), ("stages.3.2.gamma", 12), ("norm.weight", 13),
    ("head.weight", 13),
  ])
  func depthsAreThoseOfConvNeXt(name: String, depth: Int) {
    let layers = LayerDepths(names: [name, "stages.2.26.gamma"])
    #expect(layers.depths[0] == depth)
    #expect(layers.deepest == 13)
  }

  /// Nine blocks in stage 2 make three layers of it.
  @Test func ratesFallTowardTheInput() throws {
    let graph = try ModelDescription.edgeNeXtSmall.shapeGraph(height: 64, width: 64)
    let parameters = graph.parameters.map { (name: $0.name, shape: $0.shape) }
    var recipe = TrainingRecipe()
    recipe.layerDecay = 0.5
    let groups = try ParameterGroups(parameters, recipe: recipe)
    let factors = Dictionary(
      zip(parameters.map(\.name), groups.groups.map(\.learningRateScale))
    ) { first, _ in first }
    #expect(factors["head.weight"] == 1 && factors["norm.weight"] == 1)
    #expect(factors["stages.3.0.gamma"] == 0.5)
    #expect(factors["stages.2.8.gamma"] == 0.25)
    #expect(factors["stages.2.0.gamma"] == 0.0625)
    #expect(factors["stages.0.0.gamma"] == 1.0 / 64)
    #expect(factors["downsample_layers.0.0.weight"] == 1.0 / 128)
  }

  @Test func otherNamesCountByParts() {
    let layers = LayerDepths(names: [
      "conv_1.block.conv.weight", "layer.1.a", "layer.1.b", "layer.2.a", "conv_1.block.norm.weight",
      "classifier.weight",
    ])
    #expect(layers.depths == [0, 1, 1, 2, 0, 3])
    #expect(layers.deepest == 3)
  }
}
