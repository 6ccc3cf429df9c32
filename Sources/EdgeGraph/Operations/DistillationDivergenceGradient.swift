#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The derivative of a ``DistillationDivergence`` with respect to the student's logits:
/// dy (softmax(s / T) − softmax(t / T)) / T.
///
/// - Inputs: `dy` `[n]`; the student's and the teacher's logits `[n, k]`. Output: `[n, k]`.
/// - Cost: 30 operations per logit.
public struct DistillationDivergenceGradient: Operation {
  public static let name = "distillation_divergence_gradient"
  public let temperature: Double

  /// - Parameter temperature: positive.
  public init(temperature: Double) {
    precondition(temperature > 0, "\(temperature)")
    self.temperature = temperature
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try LossRows.gradientShape(inputs)
  }

  public func cost(_ inputs: [Shape]) -> Cost { LossRows.cost(inputs, operations: 30) }

  public func reference(_ inputs: [Reference]) -> Reference {
    LossRows.gradientReference(inputs) { student, teacher in
      let p = logSoftmax(student.map { $0 / temperature })
      let q = logSoftmax(teacher.map { $0 / temperature })
      return zip(p, q).map { (exp($0) - exp($1)) / temperature }
    }
  }
}
