import EdgeNN

extension ModelDescription {
  // Top-1 figures: README of mmaaz60/EdgeNeXt. The USI weights were evaluated with a crop ratio of
  // 0.95, the others with 0.875.
  public static let edgeNeXtXXSmall = Self("edgenext_xx_small", .xxSmall, top1: 71.23)
  public static let edgeNeXtXSmall = Self("edgenext_x_small", .xSmall, top1: 74.96)
  public static let edgeNeXtSmall = Self("edgenext_small", .small, top1: 79.41)
  public static let edgeNeXtBase = Self("edgenext_base", .base, top1: 82.47)
  public static let edgeNeXtXXSmallBNHS = Self(
    "edgenext_xx_small_bn_hs", .xxSmall.withBatchNorm, top1: 70.33)
  public static let edgeNeXtXSmallBNHS = Self(
    "edgenext_x_small_bn_hs", .xSmall.withBatchNorm, top1: 74.87)
  public static let edgeNeXtSmallBNHS = Self(
    "edgenext_small_bn_hs", .small.withBatchNorm, top1: 78.39)
  public static let edgeNeXtSmallUSI = Self(
    "edgenext_small_usi", .small, top1: 81.07, cropFraction: 0.95)
  public static let edgeNeXtBaseUSI = Self(
    "edgenext_base_usi", .base, top1: 83.68, cropFraction: 0.95)
  public static let edgeNeXtBaseIN21K = Self("edgenext_base_in21k", .base, top1: 83.31)

  /// All networks, smallest first within their kind.
  public static let all: [ModelDescription] = [
    .edgeNeXtXXSmall, .edgeNeXtXSmall, .edgeNeXtSmall, .edgeNeXtBase,
    .edgeNeXtXXSmallBNHS, .edgeNeXtXSmallBNHS, .edgeNeXtSmallBNHS,
    .edgeNeXtSmallUSI, .edgeNeXtBaseUSI, .edgeNeXtBaseIN21K,
  ]

  public static func named(_ name: String) throws(ModelError) -> ModelDescription {
    if let model = all.first(where: { $0.name == name }) { return model }
    let known = all.map(\.name)
    throw .unknownModel(name: name, nearest: nearestName(to: name, among: known), known: known)
  }

  /// The network whose names and shapes a checkpoint holds. Weights that share a network with
  /// others (USI, ImageNet-21k) can't be told apart and count as the plain ones. Where tensors are
  /// missing or misshapen, it is the network that has most of the others, so that building it tells
  /// what is wrong; it takes half of a network's tensors to be recognized.
  public static func identified(
    from source: any ParameterSource
  ) throws(ModelError) -> ModelDescription {
    if let configuration = EdgeNeXt.Configuration(of: source),
      let model = all.first(where: { $0.configuration == configuration })
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
        height: size, width: size, classes: Self.classCount(of: source) ?? 1000)
    else { return 0 }
    let parameters = graph.parameters
    let held = parameters.count { source.shape(of: $0.name) == $0.shape }
    return Double(held) / Double(parameters.count)
  }

  /// The number of classes of a checkpoint's head, nil where it has none.
  public static func classCount(of source: any ParameterSource) -> Int? {
    source.shape(of: "head.weight")?.dimensions.first
  }
}
