/// A two-dimensional convolution (cross-correlation, as in PyTorch), dense, in groups or depthwise.
///
/// - Inputs: `x` `[n, h, w, in]`; `weight` `[out, in / groups, kh, kw]` (PyTorch's layout); `bias`
///   `[out]` if `hasBias`.
/// - Output: `[n, oh, ow, out]` with oh = ⌊(h + padding + endPadding − span) / stride⌋ + 1, where a
///   kernel spans (kh − 1) dilation + 1 rows. Rows and columns that don't fill a step are dropped.
/// - Derivatives: ``ConvolutionInputGradient``, ``ConvolutionWeightGradient``, db = Σ dy.
/// - Cost: `in / groups · kh · kw` multiply-adds per element of the output.
public struct Convolution: DifferentiableOperation {
  public static let name = "convolution"
  public let stride: Int
  /// Zeros above and to the left of the image.
  public let padding: Int
  /// Zeros below and to the right of it.
  public let endPadding: Int
  /// Pixels from one tap of the kernel to the next.
  public let dilation: Int
  /// 1 for a dense convolution, the number of channels for a depthwise one. Channels of a group lie
  /// side by side, in the input as in the output.
  public let groups: Int
  public let hasBias: Bool

  /// - Parameter endPadding: nil for as much as `padding`.
  public init(
    stride: Int = 1, padding: Int = 0, endPadding: Int? = nil, groups: Int = 1, dilation: Int = 1,
    hasBias: Bool
  ) {
    let endPadding = endPadding ?? padding
    precondition(stride > 0 && groups > 0, "\(stride), \(groups)")
    precondition(padding >= 0 && endPadding >= 0, "\(padding), \(endPadding)")
    precondition(dilation > 0, "\(dilation)")
    self.stride = stride
    self.padding = padding
    self.endPadding = endPadding
    self.dilation = dilation
    self.groups = groups
    self.hasBias = hasBias
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (x, weight) = (inputs[0], inputs[1])
    guard x.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: x) }
    guard weight.rank == 4, weight[1] * groups == x[3], weight[0] % groups == 0 else {
      throw .mismatch(
        expected: "a weight of [out, \(x[3]) / \(groups), kh, kw]", found: [x, weight])
    }
    if hasBias, inputs[2] != [weight[0]] {
      throw .mismatch(expected: "a bias of [\(weight[0])]", found: [inputs[2]])
    }
    for axis in 1...2 {
      let least = span(weight[axis + 1]) - padding - endPadding
      if x[axis] < least { throw .extent(axis: axis, expected: "at least \(least)", found: x) }
    }
    return [x[0], steps(x[1], weight[2]), steps(x[2], weight[3]), weight[0]]
  }

  private func steps(_ extent: Int, _ kernel: Int) -> Int {
    (extent + padding + endPadding - span(kernel)) / stride + 1
  }

  /// The pixels from the first to the last tap of as many.
  package func span(_ taps: Int) -> Int { (taps - 1) * dilation + 1 }

  package var isPadded: Bool { padding > 0 || endPadding > 0 }

  /// The same with another use of a bias.
  package func with(bias: Bool) -> Convolution {
    Convolution(
      stride: stride, padding: padding, endPadding: endPadding, groups: groups,
      dilation: dilation, hasBias: bias)
  }

  /// Whether every channel has a filter of its own and no other.
  package func isDepthwise(weight: Shape) -> Bool { weight[1] == 1 && weight[0] == groups }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let db = dy.sum(to: [dy.shape.columns])
    let (x, weight) = (inputs[0], inputs[1])
    if isPointwise(weight: weight.shape) {
      let matrix = Tensor(Reshape([weight.shape[0], weight.shape[1]]), [weight])
      let dw = Tensor(LinearMapWeightGradient(), [dy, x])
      return [
        Tensor(LinearMapInputGradient(), [dy, matrix]), Tensor(Reshape(weight.shape), [dw]), db,
      ]
    }
    let toInput = ConvolutionInputGradient(of: self, height: x.shape[1], width: x.shape[2])
    let toWeight = ConvolutionWeightGradient(
      of: self, kernelHeight: weight.shape[2], kernelWidth: weight.shape[3])
    return [Tensor(toInput, [dy, weight]), Tensor(toWeight, [dy, x]), db]
  }

  /// Whether it is a ``LinearMap`` of every pixel.
  package func isPointwise(weight: Shape) -> Bool {
    groups == 1 && stride == 1 && !isPadded && weight[2] == 1 && weight[3] == 1
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (x, weight) = (inputs[0], inputs[1])
    let output = x[0] * steps(x[1], weight[2]) * steps(x[2], weight[3]) * weight[0]
    return Cost(
      multiplyAdds: output * weight[1] * weight[2] * weight[3],
      operations: hasBias ? output : 0, bytes: 4 * (x.count + weight.count + output))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (x, weight) = (inputs[0].shape, inputs[1].shape)
    let shape: Shape = [x[0], steps(x[1], weight[2]), steps(x[2], weight[3]), weight[0]]
    var values = [Double](repeating: 0, count: shape.count)
    if hasBias {
      for index in values.indices { values[index] = inputs[2].values[index % shape[3]] }
    }
    forEachProduct(x, weight, output: shape) { pixel, tap, position in
      values[position] += inputs[0].values[pixel] * inputs[1].values[tap]
    }
    return Reference(shape: shape, values: values)
  }

  /// Calls `body` with the positions in the input, the weight and the output of every product that
  /// the convolution sums.
  func forEachProduct(
    _ x: Shape, _ weight: Shape, output: Shape, _ body: (Int, Int, Int) -> Void
  ) {
    for position in 0..<output.count {
      let channel = position % output[3]
      let column = position / output[3] % output[2] * stride - padding
      let row = position / output[3] / output[2] % output[1] * stride - padding
      let image = position / output[3] / output[2] / output[1]
      let firstInput = channel / (weight[0] / groups) * weight[1]
      for ky in 0..<weight[2] {
        let y = row + ky * dilation
        guard y >= 0, y < x[1] else { continue }
        for kx in 0..<weight[3] {
          let place = column + kx * dilation
          guard place >= 0, place < x[2] else { continue }
          let pixel = ((image * x[1] + y) * x[2] + place) * x[3] + firstInput
          for c in 0..<weight[1] {
            let tap = ((channel * weight[1] + c) * weight[2] + ky) * weight[3] + kx
            body(pixel + c, tap, position)
          }
        }
      }
    }
  }
}
