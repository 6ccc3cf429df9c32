/// How a library names the parameters of EdgeNeXt.
public enum KeyDialect: String, Sendable, CaseIterable {
  /// mmaaz60/EdgeNeXt, `models/`: the names that this package uses.
  case official
  /// huggingface/pytorch-image-models, `timm/models/edgenext.py`.
  case timm
  /// open-mmlab/mmpretrain, `mmpretrain/models/backbones/edgenext.py`.
  case mmpretrain

  /// The dialect of a list of names, without prefix.
  init(names: some Sequence<String>) {
    for name in names {
      let parts = name.split(separator: ".")
      if parts.contains("depthwise_conv") || parts.contains("csa") {
        self = .mmpretrain
        return
      }
      if parts.first == "stem" || (parts.count > 3 && parts[0] == "stages" && parts[2] == "blocks")
      {
        self = .timm
        return
      }
    }
    self = .official
  }

  /// The official name of a parameter that this dialect calls `name`.
  func officialName(_ name: String) -> String {
    switch self {
    case .official: name
    case .timm: Self.renamed(Self.timmPlaces(Self.parts(name)), Self.timmRenames)
    case .mmpretrain: Self.renamed(Self.parts(name), Self.mmpretrainRenames)
    }
  }

  /// Epsilons of the dialect's own model that differ from the official 1e-6.
  ///
  /// mmpretrain leaves PyTorch's 1e-5 in the norms of its SDTA blocks and in the final norm.
  ///
  /// - Parameter names: official ones.
  func epsilonOverrides(names: some Collection<String>) -> [String: Double] {
    guard self == .mmpretrain else { return [:] }
    let held = Set(names)
    var overrides: [String: Double] = [:]
    for name in names where name.hasSuffix(".norm_xca.weight") {
      let block = name.dropLast(".norm_xca.weight".count)
      overrides["\(block).norm_xca"] = 1e-5
      overrides["\(block).norm"] = 1e-5
    }
    if held.contains("norm.weight") { overrides["norm"] = 1e-5 }
    // Batch norms have 1e-5 in every dialect.
    return overrides.filter { !held.contains($0.key + ".running_var") }
  }

  // MARK: Rules

  private static let timmRenames: [([String], [String])] = [
    (["conv_dw"], ["dwconv"]), (["mlp", "fc1"], ["pwconv1"]), (["mlp", "fc2"], ["pwconv2"]),
    (["head", "norm"], ["norm"]), (["norm_pre"], ["norm"]), (["head", "fc"], ["head"]),
  ]

  private static let mmpretrainRenames: [([String], [String])] = [
    (["depthwise_conv"], ["dwconv"]), (["pointwise_conv1"], ["pwconv1"]),
    (["pointwise_conv2"], ["pwconv2"]), (["conv_modules"], ["convs"]),
    (["gamma_csa"], ["gamma_xca"]), (["norm_csa"], ["norm_xca"]),
    (["csa", "scale"], ["xca", "temperature"]), (["csa"], ["xca"]),
    (["pos_embed", "proj"], ["pos_embd", "token_projection"]),
    (["norm3"], ["norm"]), (["head", "fc"], ["head"]),
  ]

  private static func parts(_ name: String) -> [String] {
    name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  /// timm keeps the stem apart and each downsampling in the stage behind it.
  private static func timmPlaces(_ parts: [String]) -> [String] {
    if parts[0] == "stem" { return ["downsample_layers", "0"] + parts.dropFirst() }
    guard parts.count > 3, parts[0] == "stages" else { return parts }
    switch parts[2] {
    case "downsample": return ["downsample_layers", parts[1]] + parts.dropFirst(3)
    case "blocks": return ["stages", parts[1]] + parts.dropFirst(3)
    default: return parts
    }
  }

  /// Replaces the first run of parts for which there is a rename.
  private static func renamed(
    _ parts: [String], _ renames: [([String], [String])]
  ) -> String {
    for (old, new) in renames {
      for start in parts.indices where parts[start...].starts(with: old) {
        let end = start + old.count
        return (parts[..<start] + new + parts[end...]).joined(separator: ".")
      }
    }
    return parts.joined(separator: ".")
  }
}
