/// The learning rate of every optimizer step, before factors of single layers.
///
/// All of it is worked out by `value(step:)`, so a resumed run goes on where it stopped.
public struct LearningRateSchedule: Equatable, Sendable {
  public var kind: TrainingRecipe.Schedule
  /// The highest rate, the lowest at the end, and that at the start of the warm-up.
  public var base, minimum, start: Double
  public var steps: StepCount
  /// Steps of the warm-up; of `cosineEpoch`, a whole number of epochs.
  public var warmupSteps: Int
  public var warmupRule: TrainingRecipe.WarmupRule
  /// Epochs between two steps of `step`, and the factor of each.
  public var decayEpochs: Int
  public var decayRate: Double

  /// The schedule of a recipe; `lr-scaling` changes only the highest rate, as EdgeViT does it.
  public init(_ recipe: TrainingRecipe, steps: StepCount) {
    kind = recipe.schedule
    base = recipe.peakRate
    minimum = recipe.minimumRate
    start = recipe.warmupStartRate
    self.steps = steps
    warmupSteps = recipe.warmupSteps ?? recipe.warmupEpochs * steps.stepsPerEpoch
    warmupRule = recipe.warmupRule
    decayEpochs = recipe.decayEpochs
    decayRate = recipe.decayRate
  }

  /// The rate of an optimizer step, counted from 0 over the whole run. Steps beyond the last keep
  /// its rate.
  public func value(step: Int) -> Double {
    let step = min(max(step, 0), steps.total - 1)
    let epoch = step / steps.stepsPerEpoch
    switch kind {
    case .cosineEpoch: return epochCosine(epoch)
    case .oneCycle: return oneCycle(step)
    case .cosine, .step, .constant, .cvnets: break
    }
    if step < warmupSteps { return rounded(warmup(step)) }
    switch kind {
    case .cosine:
      // The last step stays one short of the minimum, as in the official program.
      let length = Double(steps.total - warmupSteps)
      return cosineRamp(from: base, to: minimum, at: Double(step - warmupSteps) / length)
    case .step: return base * power(decayRate, epoch / decayEpochs)
    case .cvnets:
      return rounded(
        cosineRamp(from: base, to: minimum, at: Double(epoch) / Double(steps.epochs)))
    case .constant, .cosineEpoch, .oneCycle: return base
    }
  }

  private func warmup(_ step: Int) -> Double {
    let length = Double(warmupSteps)
    let fraction =
      switch warmupRule {
      case .inclusive: length > 1 ? Double(step) / (length - 1) : 0
      case .exclusive: Double(step) / length
      case .shifted: Double(step + 1) / length
      }
    return start + (base - start) * fraction
  }

  /// EdgeViT's rule (timm's `CosineLRScheduler`, asked after every epoch with its number): the rate
  /// of epoch e is that of time e − 1, so epochs 0 and 1 both have `start`. The cosine counts from
  /// the start of the run, not from the end of the warm-up.
  private func epochCosine(_ epoch: Int) -> Double {
    let time = max(epoch - 1, 0)
    let warmup = warmupSteps / steps.stepsPerEpoch
    if time < warmup { return start + Double(time) * (base - start) / Double(warmup) }
    // Without a warm-up, nothing sets another rate before epoch 1, and time 0 has `base`.
    return cosineRamp(from: base, to: minimum, at: Double(time) / Double(steps.epochs))
  }

  /// Up and down along cosines, as PyTorch's `OneCycleLR`: the last step of the warm-up has `base`,
  /// the last of the run has `minimum`. Without a warm-up, 0.3 of all steps lead up.
  private func oneCycle(_ step: Int) -> Double {
    let rise = warmupSteps > 0 ? Double(warmupSteps) : 0.3 * Double(steps.total)
    let top = max(rise - 1, 0)
    let position = Double(step)
    if position <= top && top > 0 {
      return cosineRamp(from: start, to: base, at: position / top)
    }
    let length = Double(steps.total - 1) - top
    return length > 0 ? cosineRamp(from: base, to: minimum, at: (position - top) / length) : base
  }

  /// cvnets rounds every rate to eight decimals.
  private func rounded(_ rate: Double) -> Double {
    kind == .cvnets ? (rate * 1e8).rounded(.toNearestOrEven) / 1e8 : rate
  }

  private func power(_ factor: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * factor }
  }
}
