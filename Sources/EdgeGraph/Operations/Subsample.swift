/// Every `stride`-th pixel of every `stride`-th row, from the first on: x[:, ::stride, ::stride, :]
/// (EdgeViT, `src/edgevit.py`, whose sampler is `AvgPool2d(1, stride)`).
///
/// - Input: `x` `[n, h, w, c]`. Output: `[n, ⌈h / stride⌉, ⌈w / stride⌉, c]`. Cost: one copy of the
///   output.
/// - Derivative: ``SubsampleGradient``.
public struct Subsample: DifferentiableOperation {
  public static let name = "subsample"
  public let stride: Int

  /// - Parameter stride: at least 1.
  public init(stride: Int) {
    precondition(stride > 0, "a stride of \(stride)")
    self.stride = stride
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: x) }
    return [x[0], steps(x[1]), steps(x[2]), x[3]]
  }

  private func steps(_ extent: Int) -> Int { (extent + stride - 1) / stride }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let x = inputs[0].shape
    return [Tensor(SubsampleGradient(stride: stride, height: x[1], width: x[2]), [dy])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let x = inputs[0]
    return Cost(bytes: 8 * x[0] * steps(x[1]) * steps(x[2]) * x[3])
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let x = inputs[0].shape
    let shape: Shape = [x[0], steps(x[1]), steps(x[2]), x[3]]
    var values: [Double] = []
    values.reserveCapacity(shape.count)
    for pixel in pixels(of: x) {
      values += inputs[0].values[pixel * x[3]..<(pixel + 1) * x[3]]
    }
    return Reference(shape: shape, values: values)
  }

  /// The pixels that are taken, in order.
  func pixels(of x: Shape) -> [Int] {
    (0..<x[0] * x[1] * x[2]).filter { pixel in
      pixel % x[2] % stride == 0 && pixel / x[2] % x[1] % stride == 0
    }
  }
}
