#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A function of one number, which ``Activation`` applies to every element, and its derivative.
public enum ActivationFunction: CaseIterable, Hashable, Sendable {
  /// The Gaussian error linear unit, exact: x · (1 + erf(x / √2)) / 2 (arXiv:1606.08415).
  case gelu
  /// x · clamp(x + 3, 0, 6) / 6 (MobileNetV3, arXiv:1905.02244).
  case hardswish
  /// x · sigmoid(x), also called swish (arXiv:1702.03118).
  case silu
  /// max(x, 0).
  case relu
  /// clamp(x, 0, 6) (MobileNetV2, arXiv:1801.04381).
  case relu6
  /// clamp(x + 3, 0, 6) / 6 (MobileNetV3).
  case hardsigmoid
  /// 1 / (1 + e⁻ˣ).
  case sigmoid

  /// The function at a number.
  public func value(at x: Double) -> Double {
    switch self {
    case .gelu: x * erfc(-x * 0.5.squareRoot()) / 2
    case .hardswish: x * min(max(x + 3, 0), 6) / 6
    case .silu: x / (1 + exp(-x))
    case .relu: max(x, 0)
    case .relu6: min(max(x, 0), 6)
    case .hardsigmoid: min(max(x + 3, 0), 6) / 6
    case .sigmoid: 1 / (1 + exp(-x))
    }
  }

  /// The derivative at a number; at a corner that of the flat or straight side, as in PyTorch.
  public func slope(at x: Double) -> Double {
    switch self {
    case .gelu:
      let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
      return erfc(-x * 0.5.squareRoot()) / 2 + x * density
    case .hardswish:
      return x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5
    case .silu:
      let (above, below) = (Self.sigmoid.value(at: x), Self.sigmoid.value(at: -x))
      return above * (1 + x * below)
    case .relu:
      return x > 0 ? 1 : 0
    case .relu6:
      return x > 0 && x < 6 ? 1 : 0
    case .hardsigmoid:
      return x > -3 && x < 3 ? 1 / 6 : 0
    case .sigmoid:
      return Self.sigmoid.value(at: x) * Self.sigmoid.value(at: -x)
    }
  }

  /// Whether the derivative at a number is that at the function's value there, so that the result
  /// tells it and the number needn't be kept.
  var hasSlopeOfValue: Bool { self == .relu || self == .relu6 }

  /// How many operations one value takes.
  var operations: Int {
    switch self {
    case .gelu: 5
    case .hardswish, .silu, .sigmoid: 4
    case .hardsigmoid: 3
    case .relu6: 2
    case .relu: 1
    }
  }
}
