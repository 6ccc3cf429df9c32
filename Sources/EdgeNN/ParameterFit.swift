/// How far the tensors of a source are those of a model: see ``Scope/fit(of:_:)``.
public struct ParameterFit: Hashable, Sendable {
  /// The model's parameters and buffers.
  public let needed: Int
  /// Those of them that the source holds, in the shape that they need.
  public let held: Int
  /// The source's names that the model has no use for.
  public let leftOver: Int

  public init(needed: Int, held: Int, leftOver: Int) {
    self.needed = needed
    self.held = held
    self.leftOver = leftOver
  }

  /// Whether the model can be built from the source.
  public var isComplete: Bool { held == needed && leftOver == 0 }

  /// The part of the model's tensors that the source holds, from 0 to 1.
  public var coverage: Double { needed == 0 ? 0 : Double(held) / Double(needed) }

  /// The tensors that both have in proportion to those that either has, from 0 to 1.
  public var similarity: Double {
    needed == 0 ? 0 : Double(held) / Double(needed + leftOver)
  }
}
