/// The derivative of a ``SmoothL1`` with respect to its predictions: dy (p − t), the difference cut off
/// at ±1; 0 in rows whose label isn't positive.
///
/// - Inputs: `dy` `[...]`; predictions and targets `[..., k]`; labels `[...]`. Output: `[..., k]`.
/// - Cost: 4 operations per prediction.
public struct SmoothL1Gradient: Operation {
  public static let name = "smooth_l1_gradient"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let loss = try SmoothL1().outputShape(Array(inputs.dropFirst()))
    guard inputs[0] == loss else {
      throw .mismatch(expected: "a gradient of \(loss)", found: [inputs[0]])
    }
    return inputs[1]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (predictions, labels) = (inputs[1].count, inputs[3].count)
    return Cost(operations: 4 * predictions, bytes: 4 * (3 * predictions + 2 * labels))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let rows = zip(inputs[0].values, inputs[3].values).enumerated()
    let values = rows.flatMap { row, pair -> [Double] in
      let (dy, label) = pair
      return zip(inputs[1].row(row), inputs[2].row(row)).map { prediction, target in
        label > 0 ? dy * min(max(prediction - target, -1), 1) : 0
      }
    }
    return Reference(shape: inputs[1].shape, values: values)
  }
}
