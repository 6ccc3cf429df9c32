/// How a library names the parameters of some networks, where it isn't the official way.
///
/// What it calls them is a table in `Dialects/`. The networks compute the same, up to the epsilons
/// that ``epsilonOverrides(names:)`` tells.
public enum KeyDialect: Sendable, CaseIterable {
  /// The names that this package uses: those of the networks' own repositories, which are
  /// torchvision's for MobileNetV2 and torchvision's and timm's for ResNet.
  case official
  /// EdgeNeXt and ConvNeXt of huggingface/pytorch-image-models.
  case timm
  /// MobileNetV2 of timm.
  case timmMobileNetV2
  /// MobileViT of timm.
  case timmMobileViT
  /// ConvNeXt of torchvision.
  case torchvision
  /// EdgeNeXt of open-mmlab/mmpretrain.
  case mmpretrain

  /// What names begin with that occur in this dialect only: no official name does.
  private var marks: [KeyPattern] {
    switch self {
    case .official: []
    case .timm: ["stages.#.downsample.#"]
    case .timmMobileNetV2: ["conv_stem", "blocks.#.#"]
    case .timmMobileViT:
      ["stem.conv", "stages.#.#.conv1_1x1", "stages.#.#.conv_kxk", "stages.#.#.transformer"]
    case .torchvision: ["features.#.#.block", "features.#.#.layer_scale"]
    case .mmpretrain: ["stages.#.#.depthwise_conv", "stages.#.#.csa"]
    }
  }

  /// The dialect of a list of names, without prefix.
  init(names: some Sequence<String>) {
    let dialects = Self.allCases.map { (dialect: $0, marks: $0.marks) }
    for name in names {
      let parts = KeyPattern.parts(name)
      for (dialect, marks) in dialects where marks.contains(where: { $0.begins(parts) }) {
        self = dialect
        return
      }
    }
    self = .official
  }

  /// The library's name.
  public var library: String {
    switch self {
    case .official: "official"
    case .timm, .timmMobileNetV2, .timmMobileViT: "timm"
    case .torchvision: "torchvision"
    case .mmpretrain: "mmpretrain"
    }
  }

  private var table: KeyTable? {
    switch self {
    case .official: nil
    case .timm: .timm
    case .timmMobileNetV2: .timmMobileNetV2
    case .timmMobileViT: .timmMobileViT
    case .torchvision: .torchvision
    case .mmpretrain: .mmpretrain
    }
  }

  /// The official name of a parameter that this dialect calls `name`, and how its value changes.
  func translated(_ name: String) -> (name: String, rearrangement: Rearrangement) {
    guard let table else { return (name, .none) }
    let parts = KeyPattern.parts(name)
    for rule in table.rules {
      if let official = rule.official(parts) { return (official, rule.rearrangement) }
    }
    return (name, .none)
  }

  /// Epsilons of the dialect's own networks that differ from the official ones, by layer.
  ///
  /// - Parameter names: official ones.
  func epsilonOverrides(names: some Collection<String>) -> [String: Double] {
    guard let rules = table?.epsilons, !rules.isEmpty else { return [:] }
    var overrides: [String: Double] = [:]
    for name in names {
      let parts = KeyPattern.parts(name)
      for rule in rules {
        if let layer = rule.layer.official(parts) { overrides[layer] = rule.epsilon }
      }
    }
    // Batch norms have 1e-5 in every dialect.
    let held = Set(names)
    return overrides.filter { !held.contains($0.key + ".running_var") }
  }
}
