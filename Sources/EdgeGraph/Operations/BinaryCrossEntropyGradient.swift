#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The derivative of a ``BinaryCrossEntropy`` with respect to its logits: dy (σ(z) − t) / k.
///
/// - Inputs: `dy` `[n]`; logits and targets `[n, k]`. Output: `[n, k]`.
/// - Cost: 15 operations per logit.
public struct BinaryCrossEntropyGradient: Operation {
  public static let name = "binary_cross_entropy_gradient"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try LossRows.gradientShape(inputs)
  }

  public func cost(_ inputs: [Shape]) -> Cost { LossRows.cost(inputs, operations: 15) }

  public func reference(_ inputs: [Reference]) -> Reference {
    LossRows.gradientReference(inputs) { logits, targets in
      zip(logits, targets).map { (1 / (1 + exp(-$0)) - $1) / Double(logits.count) }
    }
  }
}
