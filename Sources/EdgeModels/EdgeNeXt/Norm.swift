import EdgeGraph
import EdgeNN

/// The normalization of an EdgeNeXt: layer norm (ε 10⁻⁶), or batch norm in the `_bn_hs` networks
/// (ε 10⁻⁵).
enum Norm: Module {
  case layer(LayerNorm)
  case batch(BatchNorm)

  init(_ scope: Scope, channels: Int, usesBatchNorm: Bool) {
    self =
      usesBatchNorm
      ? .batch(BatchNorm(scope, channels: channels))
      : .layer(LayerNorm(scope, channels: channels))
  }

  var isBatchNorm: Bool {
    if case .batch = self { true } else { false }
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .layer(let norm): norm(x)
    case .batch(let norm): norm(x)
    }
  }
}
