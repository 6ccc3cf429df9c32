#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The binary cross-entropy of every class by itself, −t log σ(z) − (1 − t) log(1 − σ(z)), in the
/// form that is right for logits of any size: max(z, 0) − z t + log(1 + exp(−|z|)); PyTorch's
/// `binary_cross_entropy_with_logits`. For every sample the mean over the classes.
///
/// - Inputs: logits `[n, k]`; targets `[n, k]` in [0, 1]. Output: `[n]`.
/// - Derivative: for the logits only, (σ(z) − t) / k.
/// - Cost: 25 operations per logit.
public struct BinaryCrossEntropy: DifferentiableOperation {
  public static let name = "binary_cross_entropy"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try LossRows.outputShape(inputs)
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(BinaryCrossEntropyGradient(), [dy] + inputs), nil]
  }

  public func cost(_ inputs: [Shape]) -> Cost { LossRows.cost(inputs, operations: 25) }

  public func reference(_ inputs: [Reference]) -> Reference {
    LossRows.reference(inputs) { logits, targets in
      let sum = zip(logits, targets).reduce(0) { sum, pair in
        sum + max(pair.0, 0) - pair.0 * pair.1 + log1p(exp(-abs(pair.0)))
      }
      return sum / Double(logits.count)
    }
  }
}
