/// Zeroes single elements, or whole channels of images, at random in training and scales the rest
/// by 1 / (1 − rate); at inference the identity.
///
/// - Input: `x` of any shape, or `[n, ..., c]` with whole channels. Output: the shape of `x`. Cost:
///   none at inference.
public struct Dropout: Operation {
  public static let name = "dropout"

  /// What is kept or dropped as one.
  public enum Unit: Hashable, Sendable {
    case element
    /// A channel of an image, with all of its pixels (arXiv:1411.4280).
    case channel
  }

  public let rate: Double
  public let unit: Unit

  public init(rate: Double, of unit: Unit = .element) {
    self.rate = rate
    self.unit = unit
  }

  /// The shape of what is drawn for an input: 1 along the axes that share a draw.
  package func maskShape(_ x: Shape) -> Shape {
    switch unit {
    case .element: x
    case .channel:
      Shape(
        x.dimensions.enumerated().map { axis, size in
          axis == 0 || axis == x.rank - 1 ? size : 1
        })
    }
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  public func cost(_ inputs: [Shape]) -> Cost { Cost() }

  public func reference(_ inputs: [Reference]) -> Reference { inputs[0] }
}
