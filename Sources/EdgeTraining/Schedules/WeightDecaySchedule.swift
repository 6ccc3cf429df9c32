/// The weight decay of every optimizer step: constant, or along a cosine from `start` to `end`.
///
/// Source: `mmaaz60/EdgeNeXt`, `main.py`: the learning rate's function without a warm-up.
public struct WeightDecaySchedule: Equatable, Sendable {
  public let start: Double
  public let end: Double
  private let steps: StepCount

  public init(_ recipe: TrainingRecipe, steps: StepCount) {
    start = recipe.weightDecay
    end = recipe.weightDecayEnd ?? recipe.weightDecay
    self.steps = steps
  }

  /// The decay of an optimizer step, counted from 0 over the whole run. Steps beyond the last keep
  /// its decay.
  public func value(step: Int) -> Double {
    guard start != end else { return start }
    let step = min(max(step, 0), steps.total - 1)
    return cosineRamp(from: start, to: end, at: Double(step) / Double(steps.total))
  }
}
