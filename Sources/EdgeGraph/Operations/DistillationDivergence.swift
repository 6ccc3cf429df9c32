#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How far a student's classes are from a teacher's, both softened by a temperature T: the
/// Kullback-Leibler divergence Σⱼ qⱼ (log qⱼ − log pⱼ) with p = softmax(s / T), q = softmax(t / T)
/// (arXiv:1503.02531). No power of T is multiplied in; the published losses follow by scaling:
///
/// - DeiT's soft distillation (`facebookresearch/deit`, `losses.py`): the mean over the samples,
///   times T² / k.
/// - USI (`Alibaba-MIIL/Solving_ImageNet`): T = 1, the mean over the samples, times 5, added to the
///   cross-entropy.
///
/// - Inputs: the student's logits `[n, k]`; the teacher's `[n, k]`. Output: `[n]`.
/// - Derivative: for the student only, (p − q) / T.
/// - Cost: 20 operations per logit.
public struct DistillationDivergence: DifferentiableOperation {
  public static let name = "distillation_divergence"
  public let temperature: Double

  /// - Parameter temperature: positive.
  public init(temperature: Double) {
    precondition(temperature > 0, "\(temperature)")
    self.temperature = temperature
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try LossRows.outputShape(inputs)
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(DistillationDivergenceGradient(temperature: temperature), [dy] + inputs), nil]
  }

  public func cost(_ inputs: [Shape]) -> Cost { LossRows.cost(inputs, operations: 20) }

  public func reference(_ inputs: [Reference]) -> Reference {
    LossRows.reference(inputs) { student, teacher in
      let p = logSoftmax(student.map { $0 / temperature })
      let q = logSoftmax(teacher.map { $0 / temperature })
      return zip(p, q).reduce(0) { $0 + exp($1.1) * ($1.1 - $1.0) }
    }
  }
}
