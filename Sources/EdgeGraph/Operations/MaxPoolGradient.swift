/// The derivative of a ``MaxPool``: each gradient goes to the value that was the largest of its
/// window, of equal ones to the first, row by row, as in PyTorch.
///
/// - Inputs: `dy` `[n, oh, ow, c]`; `x` `[n, h, w, c]`.
/// - Output: the shape of `x`, zero where no window took its value.
/// - Cost: twice that of the pooling.
public struct MaxPoolGradient: Operation {
  public static let name = "max_pool_gradient"
  public let pool: MaxPool

  public init(of pool: MaxPool) { self.pool = pool }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let output = try pool.outputShape([inputs[1]])
    guard inputs[0] == output else {
      throw .mismatch(expected: "a gradient of \(output)", found: [inputs[0]])
    }
    return inputs[1]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let forward = pool.cost([inputs[1]])
    return Cost(operations: 2 * forward.operations, bytes: forward.bytes + 4 * inputs[1].count)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, x) = (inputs[0], inputs[1])
    var values = [Double](repeating: 0, count: x.values.count)
    for (gradient, source) in zip(dy.values, pool.sources(in: x)) { values[source] += gradient }
    return Reference(shape: x.shape, values: values)
  }
}
