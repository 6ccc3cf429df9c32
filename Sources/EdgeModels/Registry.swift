import EdgeNN

extension ModelDescription {
  /// All networks, by family, smallest first within their kind.
  public static let all: [ModelDescription] =
    edgeNeXt + edgeViT + edgeFormer + mobileViT + resNet + mobileNetV2 + convNeXt

  public static func named(_ name: String) throws(ModelError) -> ModelDescription {
    if let model = all.first(where: { $0.name == name || $0.aliases.contains(name) }) {
      return model
    }
    let known = all.map(\.name)
    let nearest = nearestName(to: name, among: known + all.flatMap(\.aliases))
    throw .unknownModel(name: name, nearest: nearest, known: known)
  }

  /// The network whose names and shapes a checkpoint holds. Weights that share a network with
  /// others (USI, ImageNet-21k) can't be told apart and count as the plain ones. Where tensors are
  /// missing, misshapen or left over, it is the network that is most like the checkpoint, so that
  /// building it tells what is wrong; it takes half of a network's tensors to be recognized.
  public static func identified(
    from source: any ParameterSource
  ) throws(ModelError) -> ModelDescription {
    if let configuration = EdgeNeXt.Configuration(of: source),
      let model = all.first(where: { $0.architecture as? EdgeNeXt.Configuration == configuration })
    {
      return model
    }
    let likely = all.filter { model in
      model.family.landmarks.contains { source.shape(of: $0) != nil }
    }
    if let best = nearest(to: source, among: likely), best.fit.isComplete { return best.model }
    guard let best = nearest(to: source, among: all), best.fit.coverage >= 0.5 else {
      throw .unrecognizedWeights
    }
    return best.model
  }

  /// The first of the networks that are most like a checkpoint. Modules are made for each, no
  /// graphs, up to the first one that fits.
  private static func nearest(
    to source: any ParameterSource, among models: [ModelDescription]
  ) -> (model: ModelDescription, fit: ParameterFit)? {
    var best: (model: ModelDescription, fit: ParameterFit)?
    for model in models {
      let fit = model.fit(of: source)
      if fit.similarity > best?.fit.similarity ?? 0 { best = (model, fit) }
      if fit.isComplete { break }
    }
    return best
  }

  /// How far a source's tensors are those of this network, whatever its number of classes.
  private func fit(of source: any ParameterSource) -> ParameterFit {
    let classes = classCount(of: source) ?? 1000
    guard (1...Self.maximumClasses).contains(classes) else {
      return ParameterFit(needed: 0, held: 0, leftOver: 0)
    }
    return Scope.fit(of: source) { scope in
      architecture.network(scope, options: NetworkConfiguration(classes: classes))
    }
  }
}
