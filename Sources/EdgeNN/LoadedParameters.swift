import EdgeGraph

/// The parameters of a network that is loaded already.
public struct LoadedParameters: ParameterSource {
  private let parameters: [String: ParameterValue]
  public let names: [String]?
  public let epsilonOverrides: [String: Double]

  public init(_ parameters: [ParameterValue], epsilonOverrides: [String: Double] = [:]) {
    names = parameters.map(\.name)
    self.parameters = Dictionary(parameters.map { ($0.name, $0) }) { first, _ in first }
    self.epsilonOverrides = epsilonOverrides
  }

  public func shape(of name: String) -> Shape? { parameters[name]?.shape }

  public func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    parameters[name]?.value
  }
}
