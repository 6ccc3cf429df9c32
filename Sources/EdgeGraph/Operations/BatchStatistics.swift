/// The mean and the biased variance of each channel over all rows: what batch norm normalizes by in
/// training.
///
/// It has no derivative of its own; that of ``BatchNormalizationTraining`` goes through it.
///
/// - Input: `x` `[..., c]`. Output: `[2, c]`, means, then variances. Cost: 4 operations per element.
public struct BatchStatistics: Operation {
  public static let name = "batch_statistics"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank >= 1 else { throw .rank(expected: "1 or more", found: x) }
    guard x.rows > 0 else { throw .extent(axis: 0, expected: "at least 1", found: x) }
    return [2, x[-1]]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let x = inputs[0]
    return Cost(operations: 4 * x.count, bytes: 4 * (x.count + 2 * x.columns))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let x = inputs[0]
    let (rows, columns) = (x.shape.rows, x.shape.columns)
    func mean(_ c: Int, _ term: (Double) -> Double) -> Double {
      (0..<rows).reduce(0) { $0 + term(x.values[$1 * columns + c]) } / Double(rows)
    }
    let means = (0..<columns).map { mean($0) { $0 } }
    let variances = (0..<columns).map { c in mean(c) { ($0 - means[c]) * ($0 - means[c]) } }
    return Reference(shape: [2, columns], values: means + variances)
  }
}
