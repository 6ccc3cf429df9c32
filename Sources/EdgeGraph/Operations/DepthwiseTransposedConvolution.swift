/// A transposed convolution of each channel by itself whose kernel is as large as its stride, so that
/// every pixel becomes a square of its own (PyTorch's `ConvTranspose2d` with `groups` = channels;
/// EdgeViT, `src/edgevit.py`, `LocalProp`):
/// y[iy · stride + ky, ix · stride + kx] = x[iy, ix] · weight[ky, kx] + bias.
///
/// - Inputs: `x` `[n, h, w, c]`; `weight` `[c, 1, stride, stride]` (PyTorch's layout); `bias` `[c]`.
/// - Output: `[n, h · stride, w · stride, c]`.
/// - Derivatives: it is the derivative of a ``Convolution`` with respect to its input, so dx is that
///   convolution of dy, and dw the ``ConvolutionWeightGradient`` with x and dy in each other's
///   place; db = Σ dy.
/// - Cost: one multiply-add per element of the output.
public struct DepthwiseTransposedConvolution: DifferentiableOperation {
  public static let name = "depthwise_transposed_convolution"
  public let stride: Int

  /// - Parameter stride: at least 1.
  public init(stride: Int) {
    precondition(stride > 0, "a stride of \(stride)")
    self.stride = stride
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (x, weight, bias) = (inputs[0], inputs[1], inputs[2])
    guard x.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: x) }
    guard weight == [x[3], 1, stride, stride] else {
      throw .mismatch(
        expected: "a weight of [\(x[3]), 1, \(stride), \(stride)]", found: [x, weight])
    }
    guard bias == [x[3]] else {
      throw .mismatch(expected: "a bias of [\(x[3])]", found: [bias])
    }
    return [x[0], x[1] * stride, x[2] * stride, x[3]]
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let (x, channels) = (inputs[0], dy.shape.columns)
    let toInput = Convolution(stride: stride, groups: channels, hasBias: false)
    let toWeight = ConvolutionWeightGradient(
      stride: stride, padding: 0, groups: channels, kernelHeight: stride, kernelWidth: stride)
    return [Tensor(toInput, [dy, inputs[1]]), Tensor(toWeight, [x, dy]), dy.sum(to: [channels])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (x, output) = (inputs[0], inputs[0].count * stride * stride)
    return Cost(
      multiplyAdds: output, operations: output,
      bytes: 4 * (x.count + inputs[1].count + inputs[2].count + output))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let x = inputs[0].shape
    let shape: Shape = [x[0], x[1] * stride, x[2] * stride, x[3]]
    let values = (0..<shape.count).map { position in
      let (pixel, channel) = (position / x[3], position % x[3])
      let (row, column) = (pixel / shape[2], pixel % shape[2])
      let source = (row / stride * x[2] + column / stride) * x[3] + channel
      let tap = (channel * stride + row % stride) * stride + column % stride
      return inputs[0].values[source] * inputs[1].values[tap] + inputs[2].values[channel]
    }
    return Reference(shape: shape, values: values)
  }
}
