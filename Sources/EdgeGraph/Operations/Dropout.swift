/// Zeroes single elements at random in training and scales the rest by 1 / (1 − rate); at
/// inference the identity.
///
/// - Input: `x` of any shape. Output: the shape of `x`. Cost: none at inference.
public struct Dropout: Operation {
  public static let name = "dropout"
  public let rate: Double

  public init(rate: Double) { self.rate = rate }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  public func cost(_ inputs: [Shape]) -> Cost { Cost() }

  public func reference(_ inputs: [Reference]) -> Reference { inputs[0] }
}
