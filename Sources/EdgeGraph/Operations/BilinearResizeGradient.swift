/// The derivative of a ``BilinearResize``: every pixel's sum over those that it enters, each with
/// its weight.
///
/// - Input: `dy` `[n, h, w, c]`. Output: `[n, height, width, c]`.
/// - Cost: 8 operations per element of `dy`.
public struct BilinearResizeGradient: Operation {
  public static let name = "bilinear_resize_gradient"
  public let height: Int
  public let width: Int

  /// - Parameters height, width: of the image that was resized; at least 1.
  public init(height: Int, width: Int) {
    precondition(height > 0 && width > 0, "\(height) x \(width) pixels")
    self.height = height
    self.width = width
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let dy = inputs[0]
    guard dy.rank == 4 else { throw .rank(expected: "4 [n, h, w, c]", found: dy) }
    for axis in 1...2 where dy[axis] < 1 {
      throw .extent(axis: axis, expected: "at least 1", found: dy)
    }
    return [dy[0], height, width, dy[3]]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let dy = inputs[0]
    return Cost(
      operations: 8 * dy.count, bytes: 4 * (dy.count + dy[0] * height * width * dy[3]))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let dy = inputs[0].shape
    let x: Shape = [dy[0], height, width, dy[3]]
    var values = [Double](repeating: 0, count: x.count)
    BilinearResize(height: dy[1], width: dy[2]).forEachTerm(of: x) { pixel, source, weight in
      for c in 0..<x[3] {
        values[source * x[3] + c] += weight * inputs[0].values[pixel * x[3] + c]
      }
    }
    return Reference(shape: x, values: values)
  }
}
