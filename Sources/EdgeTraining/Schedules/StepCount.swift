/// How many optimizer steps a run takes.
public struct StepCount: Equatable, Sendable {
  public let epochs: Int
  /// Optimizer steps in an epoch.
  public let stepsPerEpoch: Int

  /// - Precondition: both are at least 1.
  public init(epochs: Int, stepsPerEpoch: Int) {
    precondition(epochs > 0 && stepsPerEpoch > 0, "\(epochs) epochs of \(stepsPerEpoch) steps")
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
  }

  public var total: Int { epochs * stepsPerEpoch }
}
