/// Stochastic depth (arXiv:1603.09382): drops a residual branch of whole samples at random in
/// training and scales the kept ones by 1 / (1 − rate); at inference the identity.
///
/// - Input: `x` `[n, ...]`. Output: the shape of `x`. Cost: none at inference.
public struct StochasticDepth: Operation {
  public static let name = "stochastic_depth"
  public let rate: Double

  public init(rate: Double) { self.rate = rate }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  public func cost(_ inputs: [Shape]) -> Cost { Cost() }

  public func reference(_ inputs: [Reference]) -> Reference { inputs[0] }
}
