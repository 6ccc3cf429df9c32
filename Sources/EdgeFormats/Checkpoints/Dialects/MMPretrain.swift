// Names of open-mmlab/mmpretrain, `mmpretrain/models/backbones/`, behind the prefix `backbone.`.

extension KeyTable {
  /// EdgeNeXt (`edgenext.py`).
  static let mmpretrain = KeyTable(
    rules: [
      KeyRule("stages.#.#.depthwise_conv", "stages.#.#.dwconv"),
      KeyRule("stages.#.#.pointwise_conv1", "stages.#.#.pwconv1"),
      KeyRule("stages.#.#.pointwise_conv2", "stages.#.#.pwconv2"),
      KeyRule("stages.#.#.conv_modules", "stages.#.#.convs"),
      KeyRule("stages.#.#.gamma_csa", "stages.#.#.gamma_xca"),
      KeyRule("stages.#.#.norm_csa", "stages.#.#.norm_xca"),
      KeyRule("stages.#.#.csa.scale", "stages.#.#.xca.temperature"),
      KeyRule("stages.#.#.csa", "stages.#.#.xca"),
      KeyRule("stages.#.#.pos_embed.proj", "stages.#.#.pos_embd.token_projection"),
      KeyRule("norm3", "norm"),
      KeyRule("head.fc", "head"),
    ],
    // PyTorch's own epsilon is left in the norms of SDTA blocks and in the final norm.
    epsilons: ["stages.#.#.norm_xca", "stages.#.#.norm", "norm"].map { layer in
      (layer: KeyRule("stages.#.#.norm_xca.weight", layer), epsilon: 1e-5)
    })
}
