/// The derivatives of a ``BatchNormalizationTraining``, through the statistics too. With x' the
/// normalized input and means over all rows, channel by channel:
/// dx = weight / √(variance + ε) · (dy − mean(dy) − x' mean(dy x')); the derivatives of weight and
/// bias are the sums of dy x' and of dy.
///
/// - Inputs: `dy` and `x` `[..., c]`; `weight` `[c]`; `statistics` of `x` `[2, c]`.
/// - Output: flat, dx, then those of the weight `[c]` and of the bias `[c]`.
/// - Cost: 8 operations per element.
public struct BatchNormalizationTrainingGradient: Operation {
  public static let name = "batch_norm_training_gradient"
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (dy, x) = (inputs[0], inputs[1])
    guard x.rank >= 1 else { throw .rank(expected: "1 or more", found: x) }
    guard x.rows > 0 else { throw .extent(axis: 0, expected: "at least 1", found: x) }
    guard dy == x, inputs[2] == [x[-1]], inputs[3] == [2, x[-1]] else {
      throw .mismatch(
        expected: "a gradient of \(x), a weight of [\(x[-1])], statistics of [2, \(x[-1])]",
        found: inputs)
    }
    return [x.count + 2 * x[-1]]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let x = inputs[1]
    return Cost(operations: 8 * x.count, bytes: 4 * (5 * x.count + 5 * x.columns))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, x, columns) = (inputs[0].values, inputs[1].values, inputs[1].shape.columns)
    let rows = Double(inputs[1].shape.rows)
    let (weight, statistics) = (inputs[2].values, inputs[3].values)
    let factors = (0..<columns).map { 1 / (statistics[columns + $0] + epsilon).squareRoot() }
    let unit = x.indices.map { index in
      (x[index] - statistics[index % columns]) * factors[index % columns]
    }
    var dweight = [Double](repeating: 0, count: columns)
    var dbias = dweight
    for index in x.indices {
      dweight[index % columns] += dy[index] * unit[index]
      dbias[index % columns] += dy[index]
    }
    let dx = x.indices.map { index in
      let c = index % columns
      let centered = dy[index] - dbias[c] / rows - unit[index] * dweight[c] / rows
      return weight[c] * factors[c] * centered
    }
    return Reference(shape: [dx.count + 2 * columns], values: dx + dweight + dbias)
  }
}
