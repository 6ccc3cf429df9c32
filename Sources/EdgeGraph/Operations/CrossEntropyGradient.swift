#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The derivative of a ``CrossEntropy`` with respect to its logits: dy (softmax(z) Σ t − t).
///
/// - Inputs: `dy` `[n]`; logits and targets `[n, k]`. Output: `[n, k]`.
/// - Cost: 10 operations per logit.
public struct CrossEntropyGradient: Operation {
  public static let name = "cross_entropy_gradient"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try LossRows.gradientShape(inputs)
  }

  public func cost(_ inputs: [Shape]) -> Cost { LossRows.cost(inputs, operations: 10) }

  public func reference(_ inputs: [Reference]) -> Reference {
    LossRows.gradientReference(inputs) { logits, targets in
      let weight = targets.reduce(0, +)
      return zip(logSoftmax(logits), targets).map { exp($0) * weight - $1 }
    }
  }
}
