/// The derivative of a ``LinearMap`` with respect to its input: dx = dy W.
///
/// - Inputs: `dy` `[..., out]`; `weight` `[out, in]`.
/// - Output: `[..., in]`. Cost: `out` multiply-adds per element.
public struct LinearMapInputGradient: Operation {
  public static let name = "linear_input_gradient"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (dy, weight) = (inputs[0], inputs[1])
    guard dy.rank >= 1, weight.rank == 2, weight[0] == dy[-1] else {
      throw .mismatch(expected: "a gradient [..., out] and a weight [out, in]", found: inputs)
    }
    return dy.replacing(axis: -1, with: weight[1])
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (dy, weight) = (inputs[0], inputs[1])
    return Cost(
      multiplyAdds: dy.rows * weight.count,
      bytes: 4 * (dy.count + weight.count + dy.rows * weight[1]))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let weight = inputs[1]
    let columns = weight.shape[1]
    let values = inputs[0].mapRows { row in
      var sums = [Double](repeating: 0, count: columns)
      for (j, value) in row.enumerated() {
        for p in 0..<columns { sums[p] += value * weight.values[j * columns + p] }
      }
      return sums
    }
    return Reference(
      shape: inputs[0].shape.replacing(axis: -1, with: columns), values: values)
  }
}
