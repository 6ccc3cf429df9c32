/// A running statistic of batch norm after one more batch: (1 − momentum) · old + momentum ·
/// correction · statistics[row] (PyTorch's `BatchNorm2d`, whose running variance takes the unbiased
/// variance, for a correction of count / (count − 1)).
///
/// - Inputs: `old` `[c]`; `statistics` `[2, c]`, see ``BatchStatistics``. Output: `[c]`. Cost: 3
///   operations per element.
public struct RunningAverage: Operation {
  public static let name = "running_average"
  public let momentum: Double
  public let row: Int
  public let correction: Double

  /// - Parameter row: 0 for the mean, 1 for the variance.
  public init(momentum: Double, row: Int, correction: Double = 1) {
    precondition(row == 0 || row == 1, "row \(row) of 2")
    self.momentum = momentum
    self.row = row
    self.correction = correction
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let old = inputs[0]
    guard old.rank == 1 else { throw .rank(expected: "1", found: old) }
    guard inputs[1] == [2, old[0]] else {
      throw .mismatch(expected: "statistics of [2, \(old[0])]", found: inputs)
    }
    return old
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    Cost(operations: 3 * inputs[0].count, bytes: 12 * inputs[0].count)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let columns = inputs[0].shape.columns
    let values = inputs[0].values.enumerated().map { c, old in
      (1 - momentum) * old + momentum * correction * inputs[1].values[row * columns + c]
    }
    return Reference(shape: inputs[0].shape, values: values)
  }
}
