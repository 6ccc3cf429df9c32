import EdgeGraph

/// Parameters as a training run starts with them: each by its initializer, from a random stream of
/// its own name.
public struct FreshParameters: ParameterSource {
  public let seed: UInt64

  public init(seed: UInt64) { self.seed = seed }

  public func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    var stream = RandomStream(seed: seed, name: name)
    return TensorData((0..<shape.count).map { _ in initializer.draw(&stream) }, shape: shape)
  }
}

extension Initializer {
  fileprivate func draw(_ stream: inout RandomStream) -> Float {
    switch self {
    case .constant(let value):
      return Float(value)
    case .normal(let standardDeviation):
      return Float(standardDeviation * stream.normal())
    case .uniform(let bound):
      return Float(bound * (2 * stream.uniform() - 1))
    case .truncatedNormal(let standardDeviation):
      // PyTorch cuts at ±2, whatever the deviation, which with 0.02 is never.
      while true {
        let value = standardDeviation * stream.normal()
        if value.magnitude <= 2 { return Float(value) }
      }
    }
  }
}

/// Another source in which some parameters are made anew: the head, for another number of classes.
public struct RenewedParameters: ParameterSource {
  private let base: any ParameterSource
  private let fresh: FreshParameters
  private let renewed: [String: Shape]

  /// - Parameter renewed: the shapes of the parameters that don't come from `base`.
  public init(
    _ base: any ParameterSource, fresh: FreshParameters, renewed: [String: Shape]
  ) {
    self.base = base
    self.fresh = fresh
    self.renewed = renewed
  }

  public var names: [String]? {
    base.names.map { names in names + renewed.keys.filter { !names.contains($0) }.sorted() }
  }
  public var epsilonOverrides: [String: Double] { base.epsilonOverrides }

  public func shape(of name: String) -> Shape? { renewed[name] ?? base.shape(of: name) }

  public func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
    let source: any ParameterSource = renewed[name] == nil ? base : fresh
    return source.value(of: name, shape: shape, initializer: initializer)
  }
}
