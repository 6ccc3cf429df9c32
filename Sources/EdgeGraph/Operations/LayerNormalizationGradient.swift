/// The derivatives of a ``LayerNormalization``. With x' the normalized row, g = dy · weight and means
/// over the row: dx = (g − mean(g) − x' mean(g x')) / √(variance + ε); the derivatives of weight and
/// bias are the sums of dy x' and of dy over all rows. Mean and variance are computed anew.
///
/// - Inputs: `dy` and `x` `[..., c]`; `weight` `[c]`.
/// - Output: flat, dx, then those of the weight `[c]` and of the bias `[c]`.
/// - Cost: 16 operations per element.
public struct LayerNormalizationGradient: Operation {
  public static let name = "layer_norm_gradient"
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (dy, x, weight) = (inputs[0], inputs[1], inputs[2])
    guard x.rank >= 1 else { throw .rank(expected: "1 or more", found: x) }
    guard x[-1] > 0 else { throw .extent(axis: x.rank - 1, expected: "at least 1", found: x) }
    guard dy == x, weight == [x[-1]] else {
      throw .mismatch(
        expected: "a gradient of \(x), an input of the same shape, a weight of [\(x[-1])]",
        found: inputs)
    }
    return [x.count + 2 * x[-1]]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let x = inputs[1]
    return Cost(operations: 16 * x.count, bytes: 4 * (3 * x.count + 3 * x.columns))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, x, weight) = (inputs[0], inputs[1], inputs[2].values)
    let columns = x.shape.columns
    var dx: [Double] = []
    var dweight = [Double](repeating: 0, count: columns)
    var dbias = dweight
    for start in stride(from: 0, to: x.values.count, by: columns) {
      let row = Array(dy.values[start..<start + columns])
      let (unit, factor) = normalized(x.values[start..<start + columns])
      let g = zip(row, weight).map { $0 * $1 }
      let mean = g.reduce(0, +) / Double(columns)
      let product = zip(g, unit).reduce(0) { $0 + $1.0 * $1.1 } / Double(columns)
      for j in 0..<columns {
        dx.append((g[j] - mean - unit[j] * product) * factor)
        dweight[j] += row[j] * unit[j]
        dbias[j] += row[j]
      }
    }
    return Reference(shape: [dx.count + 2 * columns], values: dx + dweight + dbias)
  }

  /// A row with mean 0 and variance 1, and the factor that made it so.
  private func normalized(_ row: ArraySlice<Double>) -> ([Double], Double) {
    let mean = row.reduce(0, +) / Double(row.count)
    let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
    let factor = 1 / (variance + epsilon).squareRoot()
    return (row.map { ($0 - mean) * factor }, factor)
  }
}
