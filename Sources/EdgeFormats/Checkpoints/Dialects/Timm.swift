// Names of huggingface/pytorch-image-models 1.0, `timm/models/`. Epsilons, padding, the rows of
// attention and the order in which MobileViT concatenates are the official ones.

extension KeyTable {
  /// EdgeNeXt (`edgenext.py`) and ConvNeXt (`convnext.py`): the stem is apart, and a downsampling
  /// is in the stage behind it. ConvNeXt's smallest sizes have MLPs of 1x1 convolutions.
  static let timm = KeyTable(
    rules: [
      KeyRule("stem", "downsample_layers.0"),
      KeyRule("stages.#.downsample", "downsample_layers.#"),
      KeyRule("stages.#.blocks.#.conv_dw", "stages.#.#.dwconv"),
      KeyRule("stages.#.blocks.#.mlp.fc1", "stages.#.#.pwconv1", .withoutTrailingUnits),
      KeyRule("stages.#.blocks.#.mlp.fc2", "stages.#.#.pwconv2", .withoutTrailingUnits),
      KeyRule("stages.#.blocks.#", "stages.#.#"),
      // The networks with batch norm normalize before they pool.
      KeyRule("norm_pre", "norm"),
      KeyRule("head.norm", "norm"),
      KeyRule("head.fc", "head"),
    ])

  /// MobileNetV2 (`efficientnet.py`, `mobilenetv2_100`): blocks are counted by stage, and layers
  /// have names.
  static let timmMobileNetV2 = KeyTable(
    rules: mobileNetV2Ends + mobileNetV2Blocks.flatMap { mobileNetV2Block($0, $1) })

  /// What is around the blocks, and the first of them, which doesn't expand.
  private static let mobileNetV2Ends = [
    KeyRule("conv_stem", "features.0.0"),
    KeyRule("bn1", "features.0.1"),
    KeyRule("blocks.0.0.conv_dw", "features.1.conv.0.0"),
    KeyRule("blocks.0.0.bn1", "features.1.conv.0.1"),
    KeyRule("blocks.0.0.conv_pw", "features.1.conv.1"),
    KeyRule("blocks.0.0.bn2", "features.1.conv.2"),
    KeyRule("conv_head", "features.18.0"),
    KeyRule("bn2", "features.18.1"),
    KeyRule("classifier", "classifier.1"),
  ]

  /// The other blocks, by stage and number there, with their number among all.
  private static let mobileNetV2Blocks = [
    ("1.0", 2), ("1.1", 3), ("2.0", 4), ("2.1", 5), ("2.2", 6), ("3.0", 7), ("3.1", 8), ("3.2", 9),
    ("3.3", 10), ("4.0", 11), ("4.1", 12), ("4.2", 13), ("5.0", 14), ("5.1", 15), ("5.2", 16),
    ("6.0", 17),
  ]

  private static func mobileNetV2Block(_ place: String, _ index: Int) -> [KeyRule] {
    [
      KeyRule("blocks.\(place).conv_pw", "features.\(index).conv.0.0"),
      KeyRule("blocks.\(place).bn1", "features.\(index).conv.0.1"),
      KeyRule("blocks.\(place).conv_dw", "features.\(index).conv.1.0"),
      KeyRule("blocks.\(place).bn2", "features.\(index).conv.1.1"),
      KeyRule("blocks.\(place).conv_pwl", "features.\(index).conv.2"),
      KeyRule("blocks.\(place).bn3", "features.\(index).conv.3"),
    ]
  }

  /// MobileViT (`mobilevit.py`, `mobilevit_xxs`, `_xs` and `_s`). Its networks are given red, green
  /// and blue, and timm turned the stems of Apple's weights around for that.
  static let timmMobileViT = KeyTable(
    rules: mobileViTEnds + (0..<5).flatMap(mobileViTStage))

  /// What is around the stages, and the norms behind the last of a stage's transformer layers.
  private static let mobileViTEnds = [
    KeyRule("stem.conv", "conv_1.block.conv", .inputChannelsReversed),
    KeyRule("stem.bn", "conv_1.block.norm"),
    KeyRule("stages.2.#.norm", "layer_3.#.global_rep.2"),
    KeyRule("stages.3.#.norm", "layer_4.#.global_rep.4"),
    KeyRule("stages.4.#.norm", "layer_5.#.global_rep.3"),
    KeyRule("final_conv.conv", "conv_1x1_exp.block.conv"),
    KeyRule("final_conv.bn", "conv_1x1_exp.block.norm"),
    KeyRule("head.fc", "classifier.fc"),
  ]

  private static func mobileViTStage(_ stage: Int) -> [KeyRule] {
    mobileViTLayers.map { foreign, official in
      KeyRule("stages.\(stage).#.\(foreign)", "layer_\(stage + 1).#.\(official)")
    }
  }

  /// Of the inverted residuals, then of the transformers.
  private static let mobileViTLayers = [
    ("conv1_1x1.conv", "block.exp_1x1.block.conv"),
    ("conv1_1x1.bn", "block.exp_1x1.block.norm"),
    ("conv2_kxk.conv", "block.conv_3x3.block.conv"),
    ("conv2_kxk.bn", "block.conv_3x3.block.norm"),
    ("conv3_1x1.conv", "block.red_1x1.block.conv"),
    ("conv3_1x1.bn", "block.red_1x1.block.norm"),
    ("conv_kxk.conv", "local_rep.conv_3x3.block.conv"),
    ("conv_kxk.bn", "local_rep.conv_3x3.block.norm"),
    ("conv_1x1", "local_rep.conv_1x1.block.conv"),
    ("transformer.#.norm1", "global_rep.#.pre_norm_mha.0"),
    ("transformer.#.attn.qkv", "global_rep.#.pre_norm_mha.1.qkv_proj"),
    ("transformer.#.attn.proj", "global_rep.#.pre_norm_mha.1.out_proj"),
    ("transformer.#.norm2", "global_rep.#.pre_norm_ffn.0"),
    ("transformer.#.mlp.fc1", "global_rep.#.pre_norm_ffn.1"),
    ("transformer.#.mlp.fc2", "global_rep.#.pre_norm_ffn.4"),
    ("conv_proj.conv", "conv_proj.block.conv"),
    ("conv_proj.bn", "conv_proj.block.norm"),
    ("conv_fusion.conv", "fusion.block.conv"),
    ("conv_fusion.bn", "fusion.block.norm"),
  ]
}
