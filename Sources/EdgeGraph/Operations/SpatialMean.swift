/// Global average pooling: the mean over height and width.
///
/// - Input: `x` `[n, h, w, c]`. Output: `[n, c]`. Cost: one operation per element of `x`.
/// - Derivative: ``SpatialMeanGradient``.
public struct SpatialMean: DifferentiableOperation {
  public static let name = "spatial_mean"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: x) }
    guard x[1] * x[2] > 0 else { throw .extent(axis: 1, expected: "at least 1", found: x) }
    return [x[0], x[3]]
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let x = inputs[0].shape
    return [Tensor(SpatialMeanGradient(height: x[1], width: x[2]), [dy])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let x = inputs[0]
    return Cost(operations: x.count, bytes: 4 * (x.count + x[0] * x[3]))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let x = inputs[0].shape
    let (pixels, channels) = (x[1] * x[2], x[3])
    var values = [Double](repeating: 0, count: x[0] * channels)
    for (row, start) in stride(from: 0, to: x.count, by: channels).enumerated() {
      for c in 0..<channels {
        values[row / pixels * channels + c] += inputs[0].values[start + c] / Double(pixels)
      }
    }
    return Reference(shape: [x[0], channels], values: values)
  }
}
