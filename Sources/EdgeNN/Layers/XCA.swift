import EdgeGraph

/// Cross-covariance attention with its projections (EdgeNeXt, `models/sdta_encoder.py`): parameters
/// `temperature` `[heads, 1, 1]`, `qkv` and `proj`.
///
/// - Input and output: `[n, ..., channels]`; the axes between are the tokens.
public struct XCA: Module {
  public let temperature: Tensor
  public let qkv, proj: Linear
  private let heads: Int
  private let path: String

  public init(_ scope: Scope, channels: Int, heads: Int) {
    path = scope.path
    self.heads = heads
    temperature = scope.parameter("temperature", [heads, 1, 1], .constant(1))
    qkv = Linear(scope / "qkv", from: channels, to: 3 * channels)
    proj = Linear(scope / "proj", from: channels, to: channels)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    proj(Tensor(CrossCovarianceAttention(heads: heads), [qkv(x), temperature], at: path))
  }
}
