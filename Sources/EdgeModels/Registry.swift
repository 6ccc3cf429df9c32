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
  /// others (USI, ImageNet-21k) can't be told apart and count as the plain ones.
  public static func identified(
    from source: any ParameterSource
  ) throws(ModelError) -> ModelDescription {
    guard
      let configuration = EdgeNeXt.Configuration(of: source),
      let model = all.first(where: { $0.configuration == configuration })
    else { throw .unrecognizedWeights }
    return model
  }

  /// The number of classes of a checkpoint's head, nil where it has none.
  public static func classCount(of source: any ParameterSource) -> Int? {
    source.shape(of: "head.weight")?.dimensions.first
  }
}
