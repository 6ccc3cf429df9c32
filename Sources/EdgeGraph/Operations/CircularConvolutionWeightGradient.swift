/// The derivative of a ``CircularConvolution`` with respect to its weight:
/// dk[t] = Σᵢ dy[i] · x[(i + t) mod extent], over all lines of the batch.
///
/// - Inputs: `dy` `[n, h, w, out]`; `x` `[n, h, w, in]`.
/// - Output: the shape of the convolution's weight.
/// - Cost: that of the convolution.
public struct CircularConvolutionWeightGradient: ConvolutionWeightDerivative {
  public static let name = "circular_convolution_weight_gradient"
  public let axis: CircularConvolution.Axis
  public let groups: Int
  public let taps: Int

  /// - Parameter taps: at least 1.
  public init(along axis: CircularConvolution.Axis, groups: Int, taps: Int) {
    precondition(taps > 0, "\(taps) taps")
    self.axis = axis
    self.groups = groups
    self.taps = taps
  }

  /// What it is the derivative of.
  package var convolution: CircularConvolution {
    CircularConvolution(along: axis, groups: groups, hasBias: false)
  }

  func weight(_ inputs: [Shape]) -> Shape {
    convolution.weight(outputs: inputs[0][3], inputs: inputs[1][3], taps: taps)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, x) = (inputs[0], inputs[1])
    let weight = weight(inputs.map(\.shape))
    var values = [Double](repeating: 0, count: weight.count)
    convolution.forEachProduct(x.shape, weight) { pixel, tap, position in
      values[tap] += dy.values[position] * x.values[pixel]
    }
    return Reference(shape: weight, values: values)
  }
}
