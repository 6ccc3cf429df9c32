import EdgeGraph

/// Fourier codes of the pixels' positions, projected to the channels (EdgeNeXt, `models/layers.py`,
/// `PositionalEncodingFourier`): parameters `token_projection` of a 1x1 convolution.
public struct PositionCode: Sendable {
  public let projection: Conv2D
  private let hidden = 32
  private let path: String

  public init(_ scope: Scope, channels: Int) {
    path = scope.path
    projection = Conv2D(
      scope / "token_projection", from: 2 * hidden, to: channels, kernelSize: 1)
  }

  /// `x` `[n, h, w, c]` plus the code of its positions.
  public func added(to x: Tensor) -> Tensor {
    guard x.shape.rank == 4 else { return x }
    let codes = FourierPositions(height: x.shape[1], width: x.shape[2], channels: hidden)
    return x + projection(Tensor(codes, [], at: path))
  }
}
