/// Tensors side by side along the last axis.
///
/// - Inputs: one or more tensors that agree in all axes but the last.
/// - Output: the sum of the last extents. Cost: one copy at most.
/// - Derivative: each input's range of the gradient.
public struct Concatenate: DifferentiableOperation {
  public static let name = "concatenate"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard let first = inputs.first, first.rank >= 1 else {
      throw .mismatch(expected: "one tensor or more, of rank 1 or more", found: inputs)
    }
    guard inputs.allSatisfy({ $0.dimensions.dropLast() == first.dimensions.dropLast() }) else {
      throw .mismatch(expected: "shapes that agree in all axes but the last", found: inputs)
    }
    return first.replacing(axis: -1, with: inputs.reduce(0) { $0 + $1[-1] })
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    dy.split(widths: inputs.map(\.shape.columns))
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    Cost(bytes: 8 * inputs.reduce(0) { $0 + $1.count })
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let columns = inputs.map(\.shape.columns)
    var values: [Double] = []
    for row in 0..<inputs[0].shape.rows {
      for (input, width) in zip(inputs, columns) {
        values += input.values[row * width..<(row + 1) * width]
      }
    }
    return Reference(
      shape: inputs[0].shape.replacing(axis: -1, with: columns.reduce(0, +)), values: values)
  }
}
