/// The derivative of a ``Convolution`` with respect to its input: every pixel's sum over the outputs
/// that it reaches, each with its tap.
///
/// - Inputs: `dy` `[n, oh, ow, out]`; `weight` `[out, in / groups, kh, kw]`.
/// - Output: `[n, height, width, in]`, zero where no output reaches.
/// - Cost: that of the convolution.
public struct ConvolutionInputGradient: ConvolutionInputDerivative {
  public static let name = "convolution_input_gradient"
  /// What it is the derivative of; its bias doesn't matter.
  public let convolution: Convolution
  /// Of the convolution's input, as several fit one output.
  public let height: Int
  public let width: Int

  public init(of convolution: Convolution, height: Int, width: Int) {
    precondition(height >= 0 && width >= 0, "\(height), \(width)")
    self.convolution = convolution.with(bias: false)
    self.height = height
    self.width = width
  }

  /// - Parameter endPadding: nil for as much as `padding`.
  public init(
    stride: Int, padding: Int, endPadding: Int? = nil, groups: Int, dilation: Int = 1, height: Int,
    width: Int
  ) {
    let convolution = Convolution(
      stride: stride, padding: padding, endPadding: endPadding, groups: groups,
      dilation: dilation, hasBias: false)
    self.init(of: convolution, height: height, width: width)
  }

  func input(_ inputs: [Shape]) -> Shape {
    [inputs[0][0], height, width, inputs[1][1] * convolution.groups]
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, weight) = (inputs[0], inputs[1])
    let x = input(inputs.map(\.shape))
    var values = [Double](repeating: 0, count: x.count)
    convolution.forEachProduct(x, weight.shape, output: dy.shape) { pixel, tap, position in
      values[pixel] += dy.values[position] * weight.values[tap]
    }
    return Reference(shape: x, values: values)
  }
}
