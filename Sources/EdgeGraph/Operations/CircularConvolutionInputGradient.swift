/// The derivative of a ``CircularConvolution`` with respect to its input:
/// dx[i] = Σₜ k[t] · dy[(i − t) mod extent].
///
/// - Inputs: `dy` `[n, h, w, out]`; `weight` as the convolution's.
/// - Output: `[n, h, w, in]`.
/// - Cost: that of the convolution.
public struct CircularConvolutionInputGradient: Operation {
  public static let name = "circular_convolution_input_gradient"
  public let axis: CircularConvolution.Axis
  public let groups: Int

  public init(along axis: CircularConvolution.Axis, groups: Int) {
    self.axis = axis
    self.groups = groups
  }

  /// What it is the derivative of.
  package var convolution: CircularConvolution {
    CircularConvolution(along: axis, groups: groups, hasBias: false)
  }

  private func input(_ inputs: [Shape]) -> Shape {
    inputs[0].replacing(axis: 3, with: inputs[1][1] * groups)
  }

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

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, weight) = (inputs[0], inputs[1])
    let x = input(inputs.map(\.shape))
    var values = [Double](repeating: 0, count: x.count)
    convolution.forEachProduct(x, weight.shape) { pixel, tap, position in
      values[pixel] += dy.values[position] * weight.values[tap]
    }
    return Reference(shape: x, values: values)
  }
}
