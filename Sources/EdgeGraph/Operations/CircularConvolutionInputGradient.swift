/// The derivative of a ``CircularConvolution`` with respect to its input:
/// dx[i] = Σₜ k[t] · dy[(i − t) mod extent].
///
/// - Inputs: `dy` `[n, h, w, out]`; `weight` as the convolution's.
/// - Output: `[n, h, w, in]`.
/// - Cost: that of the convolution.
public struct CircularConvolutionInputGradient: ConvolutionInputDerivative {
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

  func input(_ inputs: [Shape]) -> Shape {
    inputs[0].replacing(axis: 3, with: inputs[1][1] * groups)
  }

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
