/// The derivative of a ``LinearMap`` with respect to its weight: dW = dyᵀ x, summed over all rows.
///
/// - Inputs: `dy` `[..., out]`; `x` `[..., in]`, which agree in all axes but the last.
/// - Output: `[out, in]`. Cost: one multiply-add per row and element of the output.
public struct LinearMapWeightGradient: Operation {
  public static let name = "linear_weight_gradient"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (dy, x) = (inputs[0], inputs[1])
    guard dy.rank >= 1, dy.dimensions.dropLast() == x.dimensions.dropLast() else {
      throw .mismatch(expected: "a gradient [..., out] and an input [..., in]", found: inputs)
    }
    return [dy[-1], x[-1]]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (dy, x) = (inputs[0], inputs[1])
    return Cost(
      multiplyAdds: dy.count * x.columns, bytes: 4 * (dy.count + x.count + dy.columns * x.columns))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, x) = (inputs[0], inputs[1])
    let (outputs, width) = (dy.shape.columns, x.shape.columns)
    var values = [Double](repeating: 0, count: outputs * width)
    for row in 0..<dy.shape.rows {
      for j in 0..<outputs {
        for p in 0..<width {
          values[j * width + p] += dy.values[row * outputs + j] * x.values[row * width + p]
        }
      }
    }
    return Reference(shape: [outputs, width], values: values)
  }
}
