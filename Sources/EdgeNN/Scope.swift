import EdgeGraph

/// A place in a model's tree of names, from which layers take their parameters. Building is
/// loading: the values come from the source that the model is built from. Problems are collected,
/// not thrown; ``Scope/build(from:_:)`` throws once, with all of them.
public struct Scope {
  /// The full name of this place (`stages.0.1`), empty at the root.
  public let path: String
  private let construction: Construction

  /// Builds a model. `body` gets the root scope and makes the layers.
  ///
  /// - Throws: ``CheckpointError`` where the source lacks parameters, holds them in other shapes,
  ///   or holds names that no layer asked for.
  public static func build<Model>(
    from source: any ParameterSource, _ body: (Scope) -> Model
  ) throws(CheckpointError) -> Model {
    let construction = Construction(source: source)
    let model = body(Scope(path: "", construction: construction))
    if let error = construction.error { throw error }
    return model
  }

  /// Compares a source with the model that `body` makes, by names and shapes.
  public static func fit<Model>(
    of source: any ParameterSource, _ body: (Scope) -> Model
  ) -> ParameterFit {
    let construction = Construction(source: source)
    _ = body(Scope(path: "", construction: construction))
    return construction.fit
  }

  public static func / (scope: Scope, name: String) -> Scope {
    Scope(path: scope.full(name), construction: scope.construction)
  }

  public static func / (scope: Scope, index: Int) -> Scope { scope / String(index) }

  /// A trainable parameter under the name it has in official checkpoints.
  public func parameter(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Tensor {
    construction.parameter(full(name), shape, initializer)
  }

  /// A value that belongs to the layer but isn't trained, such as running statistics.
  public func buffer(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Tensor {
    construction.parameter(full(name), shape, initializer, isBuffer: true)
  }

  /// Accepts an integer that checkpoints hold and the model doesn't use (`num_batches_tracked`).
  public func counter(_ name: String) { construction.accept(full(name)) }

  /// Accepts all names of this place: a second name for tensors that the model takes elsewhere.
  public func ignore() { construction.ignore(path + ".") }

  /// The epsilon of the layer at this place: the source's own, where it names one.
  public func epsilon(default published: Double) -> Double {
    construction.source.epsilonOverrides[path] ?? published
  }

  private func full(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

/// What is shared by all scopes of one model while it is built.
private final class Construction {
  let source: any ParameterSource
  /// Nil for a source that makes values for any name.
  private let names: [String]?
  private var missing: [(name: String, shape: Shape)] = []
  private var misshapen: [CheckpointError.Misshapen] = []
  private var asked: Set<String> = []
  private var ignored: [String] = []
  private var parameterCount = 0

  init(source: any ParameterSource) {
    self.source = source
    names = source.names
  }

  func accept(_ name: String) { asked.insert(name) }

  func ignore(_ prefix: String) { ignored.append(prefix) }

  func parameter(
    _ name: String, _ shape: Shape, _ initializer: Initializer, isBuffer: Bool = false
  ) -> Tensor {
    asked.insert(name)
    parameterCount += 1
    var data: TensorData?
    if names == nil {
      data = source.value(of: name, shape: shape, initializer: initializer)
    } else if let found = source.shape(of: name) {
      if found == shape {
        data = source.value(of: name, shape: shape, initializer: initializer)
      } else {
        misshapen.append(.init(name: name, expected: shape, found: found))
      }
    } else {
      missing.append((name, shape))
    }
    return .parameter(ParameterValue(name: name, shape: shape, isBuffer: isBuffer, data: data))
  }

  private var leftOver: [String] {
    (names ?? []).filter { name in
      !asked.contains(name) && !ignored.contains { name.hasPrefix($0) }
    }
  }

  var fit: ParameterFit {
    ParameterFit(
      needed: parameterCount,
      held: names == nil ? 0 : parameterCount - missing.count - misshapen.count,
      leftOver: leftOver.count)
  }

  var error: CheckpointError? {
    let leftOver = leftOver
    if missing.isEmpty && misshapen.isEmpty && leftOver.isEmpty { return nil }
    var candidates = leftOver
    let described = missing.map { name, shape in
      let nearest = nearestName(
        to: name, among: candidates.filter { source.shape(of: $0) == shape })
      candidates.removeAll { $0 == nearest }
      return CheckpointError.Missing(name: name, shape: shape, nearest: nearest)
    }
    return CheckpointError(missing: described, misshapen: misshapen, leftOver: leftOver)
  }
}
