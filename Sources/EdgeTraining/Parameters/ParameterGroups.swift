import EdgeData
import EdgeGraph
import EdgeNN

/// How the optimizer treats one parameter.
public struct ParameterPolicy: Hashable, Sendable {
  /// Whether it changes at all.
  public let isTrained: Bool
  /// Whether weight decay applies to it.
  public let decays: Bool
  /// What the learning rate is multiplied by.
  public let rateFactor: Double

  public init(isTrained: Bool, decays: Bool, rateFactor: Double) {
    self.isTrained = isTrained
    self.decays = decays
    self.rateFactor = rateFactor
  }
}

/// The policies of all parameters of a network.
///
/// A parameter with one axis at most, or whose name ends in `.bias`, doesn't decay
/// (`mmaaz60/EdgeNeXt`, `optim_factory.py`): norms, biases and layer scales. The temperature of
/// cross-covariance attention has three axes and decays, as in the official program. `decay-all`
/// lets everything decay, as cvnets does. Learning rates fall by `layer-decay` from each depth of
/// ``LayerDepths`` to the one before it, and are whole at the head.
public struct ParameterGroups: Equatable, Sendable {
  /// In the order of the parameters.
  public let policies: [ParameterPolicy]

  /// - Parameter parameters: names and shapes, in the order of the network.
  /// - Throws: a pattern of `freeze` that matches no name, or patterns that leave nothing to train.
  public init(
    _ parameters: [(name: String, shape: Shape)], recipe: TrainingRecipe
  ) throws(RecipeError) {
    let names = parameters.map(\.name)
    let frozen = try Self.frozen(names, recipe.frozen)
    let layers = LayerDepths(names: names)
    policies = parameters.indices.map { index in
      let parameter = parameters[index]
      let isPlain = parameter.shape.rank > 1 && !parameter.name.hasSuffix(".bias")
      let distance = layers.deepest - layers.depths[index]
      return ParameterPolicy(
        isTrained: !frozen.contains(parameter.name), decays: isPlain || recipe.decaysAll,
        rateFactor: (0..<distance).reduce(1) { factor, _ in factor * recipe.layerDecay })
    }
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
