import EdgeGraph

/// Where the parameters of a model come from: a checkpoint, fresh values, a rule, or shapes only.
public protocol ParameterSource: Sendable {
  /// The names that the source holds, in file order, or nil where it makes values for any name.
  /// Names that no layer asks for are reported as left over.
  var names: [String]? { get }

  /// The shape under which a name is held, whatever a layer expects.
  func shape(of name: String) -> Shape?

  /// The value of a parameter; nil where it isn't held, or where the source has shapes only.
  func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData?

  /// Epsilons that differ from the published ones, by the full name of the layer
  /// (`stages.1.1.norm_xca`).
  var epsilonOverrides: [String: Double] { get }
}

extension ParameterSource {
  public var names: [String]? { nil }
  public func shape(of name: String) -> Shape? { nil }
  public var epsilonOverrides: [String: Double] { [:] }
}

/// How a parameter starts when nothing is loaded.
public enum Initializer: Hashable, Sendable {
  case constant(Double)
  /// Normal, cut at two units on both sides (PyTorch's `trunc_normal_` cuts at ±2).
  case truncatedNormal(standardDeviation: Double)
  case normal(standardDeviation: Double)
  /// Evenly between −bound and bound.
  case uniform(bound: Double)

  /// Kaiming's normal distribution for rectified units, by the numbers that an output channel
  /// feeds: √(2 / (out · k · k)), whatever the groups (PyTorch's `kaiming_normal_`, `fan_out`).
  public static func kaiming(outputs: Int, kernelSize: Int) -> Initializer {
    .normal(standardDeviation: (2 / Double(outputs * kernelSize * kernelSize)).squareRoot())
  }

  /// What PyTorch's convolutions and linear maps start with: ±1 / √fan-in.
  public static func pyTorch(fanIn: Int) -> Initializer {
    .uniform(bound: 1 / Double(fanIn).squareRoot())
  }
}
