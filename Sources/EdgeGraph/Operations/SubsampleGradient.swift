/// The derivative of a ``Subsample``: the pixels in their places, among zeros.
///
/// - Input: `dy` `[n, ⌈height / stride⌉, ⌈width / stride⌉, c]`. Output: `[n, height, width, c]`.
///   Cost: each element is written once.
public struct SubsampleGradient: Operation {
  public static let name = "subsample_gradient"
  public let stride: Int
  /// Of what was sampled, as several fit one result.
  public let height: Int
  public let width: Int

  /// - Parameters:
  ///   - stride: at least 1.
  ///   - height, width: not negative.
  public init(stride: Int, height: Int, width: Int) {
    precondition(stride > 0 && height >= 0 && width >= 0, "\(stride), \(height) x \(width)")
    self.stride = stride
    self.height = height
    self.width = width
  }

  private func input(_ dy: Shape) -> Shape { [dy[0], height, width, dy[3]] }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let dy = inputs[0]
    guard dy.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: dy) }
    let y = try Subsample(stride: stride).outputShape([input(dy)])
    guard dy == y else { throw .mismatch(expected: "a gradient of \(y)", found: [dy]) }
    return input(dy)
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    Cost(bytes: 4 * (inputs[0].count + input(inputs[0]).count))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, channels) = (inputs[0], inputs[0].shape[3])
    let shape = input(dy.shape)
    var values = [Double](repeating: 0, count: shape.count)
    for (index, pixel) in Subsample(stride: stride).pixels(of: shape).enumerated() {
      values.replaceSubrange(
        pixel * channels..<(pixel + 1) * channels,
        with: dy.values[index * channels..<(index + 1) * channels])
    }
    return Reference(shape: shape, values: values)
  }
}
