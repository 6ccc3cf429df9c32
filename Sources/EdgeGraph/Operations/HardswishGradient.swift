/// The derivative of ``Hardswish``: dy · (x / 3 + 1/2) between −3 and 3, 0 from −3 down, dy from 3 up.
///
/// - Inputs: `dy`; `x` of the same shape. Output: that shape. Cost: 5 operations per element.
public struct HardswishGradient: Operation {
  public static let name = "hardswish_gradient"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs[0] == inputs[1] else {
      throw .mismatch(expected: "a gradient and an input of one shape", found: inputs)
    }
    return inputs[1]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    .elementwise(inputs, output: inputs[1], operations: 5)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = zip(inputs[0].values, inputs[1].values).map { dy, x in
      x <= -3 ? 0 : x >= 3 ? dy : dy * (x / 3 + 0.5)
    }
    return Reference(shape: inputs[1].shape, values: values)
  }
}
