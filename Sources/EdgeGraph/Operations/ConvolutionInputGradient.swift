/// The derivative of a ``Convolution`` with respect to its input: every pixel's sum over the outputs
/// that it reaches, each with its tap.
///
/// - Inputs: `dy` `[n, oh, ow, out]`; `weight` `[out, in / groups, kh, kw]`.
/// - Output: `[n, height, width, in]`, zero where no output reaches.
/// - Cost: that of the convolution.
public struct ConvolutionInputGradient: Operation {
  public static let name = "convolution_input_gradient"
  public let stride: Int
  public let padding: Int
  public let groups: Int
  /// Of the convolution's input, as several fit one output.
  public let height: Int
  public let width: Int

  public init(stride: Int, padding: Int, groups: Int, height: Int, width: Int) {
    precondition(height >= 0 && width >= 0, "\(height), \(width)")
    self.stride = stride
    self.padding = padding
    self.groups = groups
    self.height = height
    self.width = width
  }

  /// What it is the derivative of.
  package var convolution: Convolution {
    Convolution(stride: stride, padding: padding, groups: groups, hasBias: false)
  }

  private func input(_ inputs: [Shape]) -> Shape {
    [inputs[0][0], height, width, inputs[1][1] * groups]
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
    convolution.forEachProduct(x, weight.shape, output: dy.shape) { pixel, tap, position in
      values[pixel] += dy.values[position] * weight.values[tap]
    }
    return Reference(shape: x, values: values)
  }
}
