/// The cross-entropy of logits with targets of any weights, for every sample: −Σⱼ tⱼ log softmax(z)ⱼ,
/// computed as Σⱼ tⱼ (log Σ exp(z − m) − (zⱼ − m)) with m = max z, which keeps logits of any size
/// right. A class of weight 0 adds nothing.
///
/// One-hot targets give the plain loss; smoothed labels and the mixed targets of mixup and CutMix
/// are weights too. Rows needn't sum to 1.
///
/// - Inputs: logits `[n, k]`; targets `[n, k]`. Output: `[n]`; their mean is the usual loss.
/// - Derivative: for the logits only, softmax(z) Σ t − t.
/// - Cost: 10 operations per logit.
public struct CrossEntropy: DifferentiableOperation {
  public static let name = "cross_entropy"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try LossRows.outputShape(inputs)
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(CrossEntropyGradient(), [dy] + inputs), nil]
  }

  public func cost(_ inputs: [Shape]) -> Cost { LossRows.cost(inputs, operations: 10) }

  public func reference(_ inputs: [Reference]) -> Reference {
    LossRows.reference(inputs) { logits, targets in
      let logarithms = logSoftmax(logits)
      return zip(targets, logarithms).reduce(0) { $1.0 == 0 ? $0 : $0 - $1.0 * $1.1 }
    }
  }
}
