/// A convolution along the height or the width of images that goes on at the other end: the global
/// circular convolution of ParC-Net (arXiv:2203.03952). y[i] = bias + Σₜ k[t] · x[(i + t) mod
/// extent]; as in PyTorch, the taps are not flipped.
///
/// - Inputs: `x` `[n, h, w, in]`; `weight` `[out, in / groups, taps, 1]` along the height,
///   `[out, in / groups, 1, taps]` along the width; `bias` `[out]` if `hasBias`. There are at most
///   as many taps as the axis is long.
/// - Output: `[n, h, w, out]`.
/// - Derivatives: ``CircularConvolutionInputGradient``, ``CircularConvolutionWeightGradient``,
///   db = Σ dy.
/// - Cost: `in / groups · taps` multiply-adds per element of the output.
public struct CircularConvolution: DifferentiableOperation {
  public static let name = "circular_convolution"

  /// The axis of images `[n, h, w, c]` along which the taps lie.
  public enum Axis: Int, Sendable {
    case height = 1
    case width = 2
  }

  public let axis: Axis
  /// 1 for a dense convolution, the number of channels for a depthwise one.
  public let groups: Int
  public let hasBias: Bool

  /// - Parameter groups: at least 1.
  public init(along axis: Axis, groups: Int = 1, hasBias: Bool) {
    precondition(groups > 0, "\(groups) groups")
    self.axis = axis
    self.groups = groups
    self.hasBias = hasBias
  }

  /// The number of taps of a weight of rank 4.
  package func taps(_ weight: Shape) -> Int { weight[axis.rawValue + 1] }

  /// The shape of a weight.
  package func weight(outputs: Int, inputs: Int, taps: Int) -> Shape {
    switch axis {
    case .height: [outputs, inputs / groups, taps, 1]
    case .width: [outputs, inputs / groups, 1, taps]
    }
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (x, weight) = (inputs[0], inputs[1])
    guard x.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: x) }
    guard weight.rank == 4, weight[1] * groups == x[3],
      groups == 1 || (weight[0] == groups && weight[1] == 1),
      weight == self.weight(outputs: weight[0], inputs: x[3], taps: taps(weight))
    else { throw .mismatch(expected: weightText(channels: x[3]), found: [x, weight]) }
    guard taps(weight) <= x[axis.rawValue] else {
      throw .extent(axis: axis.rawValue, expected: "at least \(taps(weight)) taps", found: x)
    }
    if hasBias, inputs[2] != [weight[0]] {
      throw .mismatch(expected: "a bias of [\(weight[0])]", found: [inputs[2]])
    }
    return x.replacing(axis: 3, with: weight[0])
  }

  private func weightText(channels: Int) -> String {
    let kernel = axis == .height ? "taps, 1" : "1, taps"
    return groups == 1
      ? "a weight of [out, \(channels), \(kernel)]"
      : "\(groups) channels and a weight of [\(groups), 1, \(kernel)]"
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let toInput = CircularConvolutionInputGradient(along: axis, groups: groups)
    let toWeight = CircularConvolutionWeightGradient(
      along: axis, groups: groups, taps: taps(inputs[1].shape))
    return [
      Tensor(toInput, [dy, inputs[1]]), Tensor(toWeight, [dy, inputs[0]]),
      dy.sum(to: [dy.shape.columns]),
    ]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (x, weight) = (inputs[0], inputs[1])
    let output = x.rows * weight[0]
    return Cost(
      multiplyAdds: output * weight[1] * taps(weight), operations: hasBias ? output : 0,
      bytes: 4 * (x.count + weight.count + output))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (x, weight) = (inputs[0].shape, inputs[1].shape)
    let shape = x.replacing(axis: 3, with: weight[0])
    var values = [Double](repeating: 0, count: shape.count)
    if hasBias {
      for index in values.indices { values[index] = inputs[2].values[index % shape[3]] }
    }
    forEachProduct(x, weight) { pixel, tap, position in
      values[position] += inputs[0].values[pixel] * inputs[1].values[tap]
    }
    return Reference(shape: shape, values: values)
  }

  /// Calls `body` with the positions in the input, the weight and the output of every product that
  /// the convolution sums.
  func forEachProduct(_ x: Shape, _ weight: Shape, _ body: (Int, Int, Int) -> Void) {
    let (taps, extent) = (taps(weight), x[axis.rawValue])
    // Pixels from one to the next along the axis.
    let step = axis == .height ? x[2] : 1
    for position in 0..<x.rows * weight[0] {
      let (pixel, channel) = (position / weight[0], position % weight[0])
      let firstInput = channel / (weight[0] / groups) * weight[1]
      let place = pixel / step % extent
      for t in 0..<taps {
        let other = pixel + ((place + t) % extent - place) * step
        for c in 0..<weight[1] {
          body(other * x[3] + firstInput + c, (channel * weight[1] + c) * taps + t, position)
        }
      }
    }
  }
}
