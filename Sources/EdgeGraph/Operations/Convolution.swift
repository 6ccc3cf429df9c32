/// A two-dimensional convolution (cross-correlation, as in PyTorch), dense or depthwise.
///
/// - Inputs: `x` `[n, h, w, in]`; `weight` `[out, in / groups, kh, kw]` (PyTorch's layout); `bias`
///   `[out]` if `hasBias`.
/// - Output: `[n, oh, ow, out]` with oh = ⌊(h + 2 padding − kh) / stride⌋ + 1. Rows and columns
///   that don't fill a step are dropped.
/// - Cost: `in / groups · kh · kw` multiply-adds per element of the output.
public struct Convolution: Operation {
  public static let name = "convolution"
  public let stride: Int
  public let padding: Int
  /// 1 for a dense convolution, the number of channels for a depthwise one.
  public let groups: Int
  public let hasBias: Bool

  public init(stride: Int = 1, padding: Int = 0, groups: Int = 1, hasBias: Bool) {
    precondition(stride > 0 && padding >= 0 && groups > 0, "\(stride), \(padding), \(groups)")
    self.stride = stride
    self.padding = padding
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
    for axis in 1...2 where x[axis] + 2 * padding < weight[axis + 1] {
      throw .extent(axis: axis, expected: "at least \(weight[axis + 1] - 2 * padding)", found: x)
    }
    return [x[0], steps(x[1], weight[2]), steps(x[2], weight[3]), weight[0]]
  }

  private func steps(_ extent: Int, _ kernel: Int) -> Int {
    (extent + 2 * padding - kernel) / stride + 1
  }

  /// Whether every channel has a filter of its own and no other.
  package func isDepthwise(weight: Shape) -> Bool { weight[1] == 1 && weight[0] == groups }

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
    var values: [Double] = []
    values.reserveCapacity(shape.count)
    for n in 0..<shape[0] {
      for row in 0..<shape[1] {
        for column in 0..<shape[2] {
          for channel in 0..<shape[3] {
            values.append(sum(inputs, n: n, row: row, column: column, channel: channel))
          }
        }
      }
    }
    return Reference(shape: shape, values: values)
  }

  private func sum(_ inputs: [Reference], n: Int, row: Int, column: Int, channel: Int) -> Double {
    let (x, weight) = (inputs[0].shape, inputs[1].shape)
    let width = weight[1]
    let firstInput = channel / (weight[0] / groups) * width
    var sum = hasBias ? inputs[2].values[channel] : 0
    for ky in 0..<weight[2] {
      let y = row * stride - padding + ky
      guard y >= 0, y < x[1] else { continue }
      for kx in 0..<weight[3] {
        let position = column * stride - padding + kx
        guard position >= 0, position < x[2] else { continue }
        let pixel = ((n * x[1] + y) * x[2] + position) * x[3] + firstInput
        for c in 0..<width {
          let tap = ((channel * width + c) * weight[2] + ky) * weight[3] + kx
          sum += inputs[0].values[pixel + c] * inputs[1].values[tap]
        }
      }
    }
    return sum
  }
}
