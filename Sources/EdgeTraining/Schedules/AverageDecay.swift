/// How much of the averaged weights is kept at an optimizer step.
public struct AverageDecay: Equatable, Sendable {
  public let decay: Double
  public let warmsUp: Bool

  public init(_ recipe: TrainingRecipe) {
    decay = recipe.averageDecay
    warmsUp = recipe.averageWarmup
  }

  /// The decay after `steps` optimizer steps: `decay`, with warm-up at most
  /// (1 + steps) / (10 + steps).
  public func value(steps: Int) -> Double {
    warmsUp ? min(decay, Double(1 + steps) / Double(10 + steps)) : decay
  }
}
