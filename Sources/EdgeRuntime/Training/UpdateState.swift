#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the steps of an update read and write.
struct UpdateState: Sendable {
  /// Numbers that change from update to update, and are read while the steps run.
  enum Hyperparameter: Int, CaseIterable {
    case learningRate, weightDecay
    /// 1 / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ).
    case correction1, correction2
    /// Infinite where there is no clipping.
    case clipNorm, clipValue
    /// 1 − d of the moving average, 0 where it rests.
    case averageShare
    /// What gradients are multiplied by to clip them; found by a step.
    case gradientFactor
    /// What a batch's gradients are multiplied by before they are accumulated.
    case batchFactor
    /// 1 if something was accumulated since the last update.
    case isAccumulating
    /// 0 once the gradients of this update have turned out not to be finite.
    case applicable
  }

  let vectors: OptimizerVectors
  let average: StateBuffer?
  private let hyperparameters = StateBuffer(count: Hyperparameter.allCases.count)
  private let norm = DoubleSlots(count: 1)

  init(_ vectors: OptimizerVectors, average: StateBuffer?) {
    self.vectors = vectors
    self.average = average
  }

  subscript(hyperparameter: Hyperparameter) -> Float {
    get { hyperparameters[hyperparameter.rawValue] }
    nonmutating set { hyperparameters[hyperparameter.rawValue] = newValue }
  }

  /// The global norm of the gradients at the last update, before it was clipped.
  var gradientNorm: Double {
    get { norm[0] }
    nonmutating set { norm[0] = newValue }
  }

  /// Whether parameters, moments and average follow this update.
  var isApplicable: Bool {
    get { self[.applicable] != 0 }
    nonmutating set { self[.applicable] = newValue ? 1 : 0 }
  }

  /// Allocates nothing.
  func set(_ settings: UpdateSettings, _ algorithm: OptimizerAlgorithm) {
    precondition(settings.step > 0, "the first update is 1, not \(settings.step)")
    isApplicable = true
    self[.learningRate] = Float(settings.learningRate)
    self[.weightDecay] = Float(settings.weightDecay)
    self[.clipNorm] = settings.clipNorm.map { Float($0) } ?? .infinity
    self[.clipValue] = settings.clipValue.map { Float($0) } ?? .infinity
    self[.averageShare] = settings.averageDecay.map { Float(1 - $0) } ?? 0
    switch algorithm {
    case .adamW(let beta1, let beta2, _), .adam(let beta1, let beta2, _),
      .lamb(let beta1, let beta2, _, _):
      self[.correction1] = Float(1 / (1 - pow(beta1, Double(settings.step))))
      self[.correction2] = Float(1 / (1 - pow(beta2, Double(settings.step))).squareRoot())
    case .sgd:
      break
    }
  }
}
