/// Batch normalization of the last axis by the statistics of the batch:
/// (x − mean) / √(variance + ε) · weight + bias.
///
/// - Inputs: `x` `[..., c]`; `weight` and `bias` `[c]`; `statistics` `[2, c]`, the
///   ``BatchStatistics`` of that same `x`.
/// - Output: the shape of `x`.
/// - Derivative: ``BatchNormalizationTrainingGradient``. That for `x` goes the whole way, through the
///   statistics too, so that none flows to them: it is right only if they are those of `x`.
/// - Cost: 2 operations per element.
public struct BatchNormalizationTraining: DifferentiableOperation {
  public static let name = "batch_norm_training"
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank >= 1 else { throw .rank(expected: "1 or more", found: x) }
    guard inputs[1] == [x[-1]], inputs[2] == [x[-1]], inputs[3] == [2, x[-1]] else {
      throw .mismatch(
        expected: "a weight and a bias of [\(x[-1])], statistics of [2, \(x[-1])]", found: inputs)
    }
    return x
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let gradient = BatchNormalizationTrainingGradient(epsilon: epsilon)
    let all = Tensor(gradient, [dy, inputs[0], inputs[1], inputs[3]])
    return all.parts(inputs[..<3].map(\.shape)) + [nil]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[0], operations: 2)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let columns = inputs[0].shape.columns
    let halves = [inputs[3].values.prefix(columns), inputs[3].values.suffix(columns)]
    return BatchNormalization(epsilon: epsilon).reference(
      inputs[..<3] + halves.map { Reference(shape: [columns], values: Array($0)) })
  }
}
