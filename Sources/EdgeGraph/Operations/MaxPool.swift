/// Max pooling: the largest value of each channel in every window (`torch.nn.MaxPool2d`).
///
/// - Input: `x` `[n, h, w, c]`.
/// - Output: `[n, oh, ow, c]` with oh = ⌊(h + 2 padding − kernelSize) / stride⌋ + 1. Rows and columns
///   that don't fill a step are dropped; what lies outside the image is never the largest. A NaN
///   counts as the largest.
/// - Derivative: ``MaxPoolGradient``.
/// - Cost: `kernelSize²` operations per element of the output.
public struct MaxPool: DifferentiableOperation {
  public static let name = "max_pool"
  public let kernelSize: Int
  public let stride: Int
  public let padding: Int

  /// - Parameter padding: at most half of the kernel size, so that no window is empty.
  public init(kernelSize: Int, stride: Int, padding: Int = 0) {
    precondition(
      kernelSize > 0 && stride > 0 && (0...kernelSize / 2).contains(padding),
      "\(kernelSize), \(stride), \(padding)")
    self.kernelSize = kernelSize
    self.stride = stride
    self.padding = padding
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: x) }
    for axis in 1...2 where x[axis] + 2 * padding < kernelSize {
      throw .extent(axis: axis, expected: "at least \(kernelSize - 2 * padding)", found: x)
    }
    return output(of: x)
  }

  private func output(of x: Shape) -> Shape {
    [x[0], steps(x[1]), steps(x[2]), x[3]]
  }

  private func steps(_ extent: Int) -> Int { (extent + 2 * padding - kernelSize) / stride + 1 }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(MaxPoolGradient(of: self), [dy, inputs[0]])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (x, y) = (inputs[0], output(of: inputs[0]))
    return Cost(operations: y.count * kernelSize * kernelSize, bytes: 4 * (x.count + y.count))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let x = inputs[0]
    return Reference(shape: output(of: x.shape), values: sources(in: x).map { x.values[$0] })
  }

  /// For each element of the output, where it comes from: the first of the largest values of its
  /// window, row by row, or the last NaN.
  func sources(in x: Reference) -> [Int] {
    let (input, output) = (x.shape, output(of: x.shape))
    return (0..<output.count).map { position in
      let pixel = position / output[3]
      let image = pixel / output[2] / output[1]
      let rows = window(pixel / output[2] % output[1], of: input[1])
      let columns = window(pixel % output[2], of: input[2])
      let inside = rows.flatMap { row in
        columns.map { column in
          ((image * input[1] + row) * input[2] + column) * input[3] + position % output[3]
        }
      }
      return inside.dropFirst().reduce(inside[0]) { best, next in
        x.values[next] > x.values[best] || x.values[next].isNaN ? next : best
      }
    }
  }

  /// Where the window of an output lies along an axis of the image, what is outside left out.
  private func window(_ output: Int, of extent: Int) -> Range<Int> {
    let first = output * stride - padding
    return max(first, 0)..<min(first + kernelSize, extent)
  }
}
