/// The distance of predictions from targets, squared near 0 (Fast R-CNN, arXiv:1504.08083, section
/// 2.3): with d = p − t the sum over the last axis of d² / 2 where |d| < 1, else |d| − ½. Rows whose
/// label isn't positive have none.
///
/// - Inputs: predictions `[..., k]`; targets, the same; labels `[...]`. Output: `[...]`.
/// - Derivative: for the predictions only, d cut off at ±1.
/// - Cost: 5 operations per prediction.
public struct SmoothL1: DifferentiableOperation {
  public static let name = "smooth_l1"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs[1] == inputs[0] else {
      throw .mismatch(expected: "predictions and targets of one shape", found: inputs)
    }
    return try LossRows.labelShape(inputs[0], inputs[2])
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(SmoothL1Gradient(), [dy] + inputs), nil, nil]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (predictions, labels) = (inputs[0].count, inputs[2].count)
    return Cost(operations: 5 * predictions, bytes: 4 * 2 * (predictions + labels))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = inputs[2].values.enumerated().map { row, label -> Double in
      guard label > 0 else { return 0 }
      var sum = 0.0
      for (prediction, target) in zip(inputs[0].row(row), inputs[1].row(row)) {
        let d = abs(prediction - target)
        sum += d < 1 ? 0.5 * d * d : d - 0.5
      }
      return sum
    }
    return Reference(shape: inputs[2].shape, values: values)
  }
}
