/// The derivative of a convolution with respect to its input.
///
/// - Inputs: `dy` `[n, oh, ow, out]`; `weight` as the convolution's. Output: the shape of its input.
/// - Cost: that of the convolution.
protocol ConvolutionInputDerivative: Operation {
  associatedtype Convolved: Operation

  /// What it is the derivative of, without a bias.
  var convolution: Convolved { get }

  /// The shape of the convolution's input, given those of `dy` and `weight`.
  func input(_ inputs: [Shape]) -> Shape
}

extension ConvolutionInputDerivative {
  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (dy, weight) = (inputs[0], inputs[1])
    guard dy.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: dy) }
    guard weight.rank == 4 else { throw .rank(expected: "4 [out, in, kh, kw]", found: weight) }
    let x = input(inputs)
    let output = try convolution.outputShape([x, weight])
    guard dy == output else { throw .mismatch(expected: "a gradient of \(output)", found: [dy]) }
    return x
  }

  public func cost(_ inputs: [Shape]) -> Cost { convolution.cost([input(inputs), inputs[1]]) }
}

/// The derivative of a convolution with respect to its weight.
///
/// - Inputs: `dy` `[n, oh, ow, out]`; `x` `[n, h, w, in]`. Output: the shape of the weight.
/// - Cost: that of the convolution.
protocol ConvolutionWeightDerivative: Operation {
  associatedtype Convolved: Operation

  /// What it is the derivative of, without a bias.
  var convolution: Convolved { get }

  /// The shape of the convolution's weight, given those of `dy` and `x`.
  func weight(_ inputs: [Shape]) -> Shape
}

extension ConvolutionWeightDerivative {
  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    for shape in inputs where shape.rank != 4 {
      throw .rank(expected: "4 [n, h, w, c]", found: shape)
    }
    let weight = weight(inputs)
    let output = try convolution.outputShape([inputs[1], weight])
    guard inputs[0] == output else {
      throw .mismatch(expected: "a gradient of \(output)", found: inputs)
    }
    return weight
  }

  public func cost(_ inputs: [Shape]) -> Cost { convolution.cost([inputs[1], weight(inputs)]) }
}
