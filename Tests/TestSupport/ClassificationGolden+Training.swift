extension ClassificationGolden {
  /// One training step of the official code: loss and gradients.
  public struct TrainCase: Decodable, Sendable {
    public let inputShape: [Int]
    public let labelSmoothing: Double
    public let targets: [Int]
    public let loss: Double
    public let gradients: [Gradient]
    public let zeroGradients: [String]
    public let float32MaxRelativeGradientError: Double
    /// Of EdgeNeXt and EdgeViT.
    public let firstBatchNorm: RunningStatistics?
    /// Of the others.
    public let runningStats: [RunningStatistic]?
  }

  /// One running mean or variance after one forward pass in training mode.
  public struct RunningStatistic: Decodable, Sendable {
    public let name: String
    public let checksum: Double
    public let first4: [Double]
  }

  public struct Gradient: Decodable, Sendable {
    public let name: String
    public let norm, checksum: Double
    public let first4: [Double]
  }

  /// Running statistics after one forward pass in training mode.
  public struct RunningStatistics: Decodable, Sendable {
    public let name: String
    public let runningMean, runningVar: [Double]
  }

  /// The losses of six steps of AdamW on the same batch.
  public struct Trajectory: Decodable, Sendable {
    public let lr, eps, weightDecay: Double
    public let betas: [Double]
    public let losses: [Double]
    public let lossAfter: Double
  }
}
