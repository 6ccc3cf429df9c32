/// The derivative of a ``SpatialMean``: every pixel gets its share of the mean's.
///
/// - Input: `dy` `[n, c]`. Output: `[n, height, width, c]`. Cost: each element is written once.
public struct SpatialMeanGradient: Operation {
  public static let name = "spatial_mean_gradient"
  public let height: Int
  public let width: Int

  /// - Parameters height, width: of the image; at least 1.
  public init(height: Int, width: Int) {
    precondition(height > 0 && width > 0, "\(height) x \(width) pixels")
    self.height = height
    self.width = width
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let dy = inputs[0]
    guard dy.rank == 2 else { throw .rank(expected: "2 [n, c]", found: dy) }
    return [dy[0], height, width, dy[1]]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let dy = inputs[0].count
    return Cost(operations: dy, bytes: 4 * (dy + dy * height * width))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let (dy, pixels) = (inputs[0].shape, height * width)
    let values = inputs[0].mapRows { row in
      let share = row.map { $0 / Double(pixels) }
      return (0..<pixels).flatMap { _ in share }
    }
    return Reference(shape: [dy[0], height, width, dy[1]], values: values)
  }
}
