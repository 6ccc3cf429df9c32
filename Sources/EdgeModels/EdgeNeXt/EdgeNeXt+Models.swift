extension ModelFamily {
  static let edgeNeXt = ModelFamily(
    name: "EdgeNeXt", landmarks: ["stages.1.1.xca.temperature", "stages.1.2.xca.temperature"],
    head: "head", sizes: .atLeast(32), countsNorms: true, dropsPartialCells: true)
}

extension ModelDescription {
  // Top-1 figures: README of mmaaz60/EdgeNeXt. The USI weights were evaluated with a crop ratio of
  // 0.95, the others with 0.875.
  public static let edgeNeXtXXSmall = edgeNeXt("edgenext_xx_small", .xxSmall, score: 71.23)
  public static let edgeNeXtXSmall = edgeNeXt("edgenext_x_small", .xSmall, score: 74.96)
  public static let edgeNeXtSmall = edgeNeXt("edgenext_small", .small, score: 79.41)
  public static let edgeNeXtBase = edgeNeXt("edgenext_base", .base, score: 82.47)
  public static let edgeNeXtXXSmallBNHS = edgeNeXt(
    "edgenext_xx_small_bn_hs", .xxSmall.withBatchNorm, score: 70.33)
  public static let edgeNeXtXSmallBNHS = edgeNeXt(
    "edgenext_x_small_bn_hs", .xSmall.withBatchNorm, score: 74.87)
  public static let edgeNeXtSmallBNHS = edgeNeXt(
    "edgenext_small_bn_hs", .small.withBatchNorm, score: 78.39)
  public static let edgeNeXtSmallUSI = edgeNeXt(
    "edgenext_small_usi", .small, score: 81.07, cropFraction: 0.95)
  public static let edgeNeXtBaseUSI = edgeNeXt(
    "edgenext_base_usi", .base, score: 83.68, cropFraction: 0.95)
  public static let edgeNeXtBaseIN21K = edgeNeXt("edgenext_base_in21k", .base, score: 83.31)

  static let edgeNeXt: [ModelDescription] = [
    .edgeNeXtXXSmall, .edgeNeXtXSmall, .edgeNeXtSmall, .edgeNeXtBase,
    .edgeNeXtXXSmallBNHS, .edgeNeXtXSmallBNHS, .edgeNeXtSmallBNHS,
    .edgeNeXtSmallUSI, .edgeNeXtBaseUSI, .edgeNeXtBaseIN21K, smallRW,
  ]

  // Top-1: timm's own evaluation at 256x256.
  private static let smallRW = ModelDescription(
    "edgenext_small_rw",
    family: ModelFamily(
      name: "EdgeNeXt", landmarks: ["stages.0.blocks.0.conv_dw.weight"], head: "head.fc",
      sizes: .atLeast(32)),
    EdgeNeXtSmallRW(), score: 79.6,
    transform: Transform(crop: 256, margin: .fraction(0.9)))

  private static func edgeNeXt(
    _ name: String, _ configuration: EdgeNeXt.Configuration, score: Double,
    cropFraction: Double = 0.875
  ) -> ModelDescription {
    ModelDescription(
      name, family: .edgeNeXt, configuration, score: score,
      transform: Transform(crop: 256, margin: .fraction(cropFraction)))
  }
}
