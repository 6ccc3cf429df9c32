/// The derivative of a ``Convolution`` with respect to its weight: every tap's sum over all outputs,
/// each with the pixel that the tap reads for it.
///
/// - Inputs: `dy` `[n, oh, ow, out]`; `x` `[n, h, w, in]`.
/// - Output: `[out, in / groups, kernelHeight, kernelWidth]`.
/// - Cost: that of the convolution.
public struct ConvolutionWeightGradient: ConvolutionWeightDerivative {
  public static let name = "convolution_weight_gradient"
  /// What it is the derivative of; its bias doesn't matter.
  public let convolution: Convolution
  public let kernelHeight: Int
  public let kernelWidth: Int

  public init(of convolution: Convolution, kernelHeight: Int, kernelWidth: Int) {
    precondition(kernelHeight > 0 && kernelWidth > 0, "\(kernelHeight), \(kernelWidth)")
    self.convolution = convolution.with(bias: false)
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
  }

  /// - Parameter endPadding: nil for as much as `padding`.
  public init(
    stride: Int, padding: Int, endPadding: Int? = nil, groups: Int, dilation: Int = 1,
    kernelHeight: Int, kernelWidth: Int
  ) {
    let convolution = Convolution(
      stride: stride, padding: padding, endPadding: endPadding, groups: groups,
      dilation: dilation, hasBias: false)
    self.init(of: convolution, kernelHeight: kernelHeight, kernelWidth: kernelWidth)
  }

  func weight(_ inputs: [Shape]) -> Shape {
    [inputs[0][3], inputs[1][3] / convolution.groups, kernelHeight, kernelWidth]
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, x) = (inputs[0], inputs[1])
    let weight = weight(inputs.map(\.shape))
    var values = [Double](repeating: 0, count: weight.count)
    convolution.forEachProduct(x.shape, weight, output: dy.shape) { pixel, tap, position in
      values[tap] += dy.values[position] * x.values[pixel]
    }
    return Reference(shape: weight, values: values)
  }
}
