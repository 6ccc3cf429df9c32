import EdgeGraph

/// What is wrong between a checkpoint and the model that is built from it; everything at once.
public struct CheckpointError: Error, Equatable {
  public struct Missing: Equatable, Sendable {
    public let name: String
    public let shape: Shape
    /// A left-over name of the checkpoint that may have been meant.
    public let nearest: String?
  }

  public struct Misshapen: Equatable, Sendable {
    public let name: String
    public let expected: Shape
    public let found: Shape
  }

  public let missing: [Missing]
  public let misshapen: [Misshapen]
  public let leftOver: [String]
}
