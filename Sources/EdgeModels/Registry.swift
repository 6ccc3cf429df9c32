import EdgeNN

extension ModelDescription {
  /// All networks, by task and family, smallest first within their kind. Every head is there for
  /// every backbone, under the name of both: ``named(_:)``.
  public static let all: [ModelDescription] = classification + headed

  static let classification: [ModelDescription] =
    edgeNeXt + edgeViT + edgeFormer + mobileViT + resNet + mobileNetV2 + convNeXt

  /// The network of a name or alias: one of ``all``, or a backbone's name behind `ssd_` or
  /// `deeplabv3_`.
  public static func named(_ name: String) throws(ModelError) -> ModelDescription {
    if let model = find(name, among: all) { return model }
    var candidates = all.flatMap { [$0.name] + $0.aliases }
    for head in NetworkHead.allCases where name.hasPrefix(head.prefix) {
      if let base = find(String(name.dropFirst(head.prefix.count)), among: classification),
        let model = base.with(head)
      {
        return model
      }
      candidates += classification.flatMap { [$0.name] + $0.aliases }.map { head.prefix + $0 }
    }
    let nearest = nearestName(to: name, among: candidates)
    throw .unknownModel(name: name, nearest: nearest, known: all.map(\.name))
  }

  private static func find(_ name: String, among models: [ModelDescription]) -> ModelDescription? {
    models.first { $0.name == name || $0.aliases.contains(name) }
  }

  /// The network whose names and shapes a checkpoint holds. Weights that share a network with
  /// others (USI, ImageNet-21k) can't be told apart and count as the plain ones. Where tensors are
  /// missing, misshapen or left over, it is the network that is most like the checkpoint, so that
  /// building it tells what is wrong; it takes half of a network's tensors to be recognized.
  public static func identified(
    from source: any ParameterSource
  ) throws(ModelError) -> ModelDescription {
    let head = NetworkHead(of: source)
    let prefix = head == nil ? "" : "\(NetworkHead.encoder)."
    let models = head.map { head in classification.compactMap { $0.with(head) } } ?? classification
    if let configuration = EdgeNeXt.Configuration(of: source, below: prefix),
      let model = models.first(where: {
        ($0.backbone ?? $0).architecture as? EdgeNeXt.Configuration == configuration
      })
    {
      return model
    }
    let likely = models.filter { model in
      model.family.landmarks.contains { source.shape(of: prefix + $0) != nil }
    }
    if let best = nearest(to: source, among: likely), best.fit.isComplete { return best.model }
    guard let best = nearest(to: source, among: models), best.fit.coverage >= 0.5 else {
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
    let classes = classCount(of: source) ?? defaultClasses
    guard (1...(head?.maximumClasses ?? Self.maximumClasses)).contains(classes) else {
      return ParameterFit(needed: 0, held: 0, leftOver: 0)
    }
    return Scope.fit(of: source) { scope in
      architecture.network(scope, options: NetworkConfiguration(classes: classes))
    }
  }
}
