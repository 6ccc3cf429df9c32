import EdgeNN

extension ModelDescription {
  /// All networks, by family, smallest first within their kind.
  public static let all: [ModelDescription] = edgeNeXt

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
  /// missing or misshapen, it is the network that has most of the others, so that building it tells
  /// what is wrong; it takes half of a network's tensors to be recognized.
  public static func identified(
    from source: any ParameterSource
  ) throws(ModelError) -> ModelDescription {
    if let configuration = EdgeNeXt.Configuration(of: source),
      let model = all.first(where: { $0.architecture as? EdgeNeXt.Configuration == configuration })
    {
      return model
    }
    let matches = all.map { model in (model: model, share: model.share(heldBy: source)) }
    guard let best = matches.max(by: { $0.share < $1.share }), best.share >= 0.5 else {
      throw .unrecognizedWeights
    }
    return matches.first { $0.share == best.share }?.model ?? best.model
  }

  /// The part of this network's tensors that a source holds, in the shapes that they need.
  private func share(heldBy source: any ParameterSource) -> Double {
    guard
      let graph = try? shapeGraph(
        height: size, width: size, classes: classCount(of: source) ?? 1000)
    else { return 0 }
    let parameters = graph.parameters
    let held = parameters.count { source.shape(of: $0.name) == $0.shape }
    return Double(held) / Double(parameters.count)
  }
}
