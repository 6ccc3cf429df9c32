import EdgeGraph
import EdgeModels

/// What training minimizes: the mean over the batch of a loss between logits and targets, and with a
/// teacher the distance to its logits.
public struct Objective: Hashable, Sendable {
  /// How a teacher's logits enter.
  public enum Distillation: Hashable, Sendable {
    /// (1 − alpha) · loss + alpha · KL(teacher ‖ student) at a temperature T, times T² / classes
    /// (DeiT and EdgeViT, `losses.py`: the sum over batch and classes divided by their number).
    case soft(alpha: Double, temperature: Double)
    /// (1 − alpha) · loss + alpha · cross-entropy with the teacher's likeliest class.
    case hard(alpha: Double)
    /// loss + alpha · KL(teacher ‖ student) (USI, arXiv:2204.03475; alpha 5).
    case added(alpha: Double)
  }

  public var loss: TrainingRecipe.Loss
  public var distillation: Distillation?

  public init(loss: TrainingRecipe.Loss = .crossEntropy, distillation: Distillation? = nil) {
    self.loss = loss
    self.distillation = distillation
  }
}

extension Objective: TrainingLoss {
  /// `loss` `[1]` and `logits` `[n, classes]`; inputs are `targets` `[n, classes]`, and with a
  /// teacher `teacher` `[n, classes]`: its logits, or for ``Distillation/hard(alpha:)`` a one at its
  /// likeliest class.
  package func outputs(of network: NetworkOutputs) -> [Graph.Output] {
    let logits = network.result("logits")
    let base = mean(loss, logits, .input("targets", shape: logits.shape))
    let total =
      distillation.map { add($0, to: base, logits, .input("teacher", shape: logits.shape)) } ?? base
    return [Graph.Output("loss", total), Graph.Output("logits", logits)]
  }

  private func add(
    _ distillation: Distillation, to base: Tensor, _ logits: Tensor, _ teacher: Tensor
  ) -> Tensor {
    switch distillation {
    case .soft(let alpha, let temperature):
      let factor = alpha * temperature * temperature / Double(logits.shape.columns)
      let distance = Tensor(
        DistillationDivergence(temperature: temperature), [logits, teacher], at: "distillation")
      return base.scaled(by: 1 - alpha) + distance.batchMean.scaled(by: factor)
    case .hard(let alpha):
      return base.scaled(by: 1 - alpha)
        + mean(.crossEntropy, logits, teacher).scaled(by: alpha)
    case .added(let alpha):
      let distance = Tensor(
        DistillationDivergence(temperature: 1), [logits, teacher], at: "distillation")
      return base + distance.batchMean.scaled(by: alpha)
    }
  }

  private func mean(_ loss: TrainingRecipe.Loss, _ logits: Tensor, _ targets: Tensor) -> Tensor {
    switch loss {
    case .crossEntropy: Tensor(CrossEntropy(), [logits, targets], at: "loss").batchMean
    case .binaryCrossEntropy:
      Tensor(BinaryCrossEntropy(), [logits, targets], at: "loss").batchMean
    }
  }
}

extension Tensor {
  /// The mean of a vector, `[1]`.
  fileprivate var batchMean: Tensor { total.scaled(by: 1 / Double(shape.count)) }
}
