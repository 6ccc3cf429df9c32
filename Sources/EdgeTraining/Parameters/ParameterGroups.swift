import EdgeData
import EdgeGraph
import EdgeNN
import EdgeRuntime

/// How the optimizer treats each parameter of a network.
///
/// What decays is decided by ``ParameterGroup/init(name:shape:)``; `decay-all` lets everything
/// decay, as cvnets does. Learning rates fall by `layer-decay` from each depth of
/// ``LayerDepths`` to the one before it, and are whole at the head, or `head-lr-multiplier` times
/// that. A backbone's depths are those of the classification network.
package struct ParameterGroups: Equatable, Sendable {
  /// In the order of the parameters.
  package let groups: [ParameterGroup]

  /// - Parameters:
  ///   - parameters: names and shapes, in the order of the network.
  ///   - isHead: whether a parameter, by its name, is the head's.
  /// - Throws: a pattern of `freeze` that matches no name, or patterns that leave nothing to train.
  package init(
    _ parameters: [(name: String, shape: Shape)], recipe: TrainingRecipe,
    isHead: (String) -> Bool = { _ in false }
  ) throws(RecipeError) {
    let names = parameters.map(\.name)
    let frozen = try Self.frozen(names, recipe.frozen)
    let layers = LayerDepths(names: names.map(Self.withoutBackbone))
    groups = zip(parameters, layers.depths).map { parameter, depth in
      var group = ParameterGroup(name: parameter.name, shape: parameter.shape)
      if recipe.decaysAll { group.decays = true }
      group.isFrozen = frozen.contains(parameter.name)
      group.learningRateScale = (depth..<layers.deepest).reduce(1) { factor, _ in
        factor * recipe.layerDecay
      }
      if isHead(parameter.name) { group.learningRateScale *= recipe.headRate }
      return group
    }
  }

  private static func withoutBackbone(_ name: String) -> String {
    let prefix = "encoder."
    return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
  }

  /// The names that patterns match; `*` matches dots as well.
  private static func frozen(
    _ names: [String], _ patterns: [String]
  ) throws(RecipeError) -> Set<String> {
    var frozen: Set<String> = []
    for pattern in patterns {
      let matches = names.filter { GlobPattern.matches($0, pattern) }
      guard !matches.isEmpty else {
        let nearest = nearestName(to: pattern, among: names)
        throw .value(
          option: "freeze", found: pattern,
          expected: "a pattern that matches a parameter, such as '\(nearest ?? "stages.0.*")'",
          origin: .commandLine)
      }
      frozen.formUnion(matches)
    }
    guard frozen.isEmpty || frozen.count < Set(names).count else {
      throw .conflict(
        options: ["freeze"], problem: "the patterns leave no parameter to train",
        advice: "leave out some of them")
    }
    return frozen
  }
}
