/// How deep in a network each parameter is, by its name, for learning rates that differ by layer.
///
/// The rule is ConvNeXt's (`facebookresearch/ConvNeXt`, `optim_factory.py`,
/// `get_num_layer_for_convnext`), with the number of layers taken from the network; EdgeNeXt's own
/// program refuses a layer decay other than 1. With L = 3 + ⌈blocks of stage 2 / 3⌉:
///
/// | name | depth |
/// | --- | --- |
/// | `downsample_layers.0` | 0 |
/// | `stages.0`; `downsample_layers.1`, `stages.1` | 1; 2 |
/// | `downsample_layers.2` | 3 |
/// | `stages.2.J` | 3 + ⌊J / 3⌋ |
/// | `downsample_layers.3`, `stages.3` | L |
/// | the rest: final norm and head | L + 1 |
///
/// Networks of other names have one depth for each part, in order; a part is the first component of
/// a name, with the number that follows it.
public struct LayerDepths: Equatable, Sendable {
  /// The depth of each name, in their order.
  public let depths: [Int]
  /// The depth of the head.
  public let deepest: Int

  /// - Parameter names: in the order of the network.
  public init(names: [String]) {
    let parts = names.map { $0.split(separator: ".") }
    let blocks = Self.blocks(ofStage: "2", parts)
    if blocks > 0 {
      let last = 3 + (blocks + 2) / 3
      depths = parts.map { Self.depth(of: $0, last: last) }
      deepest = last + 1
    } else {
      depths = Self.orderedDepths(parts)
      deepest = depths.max() ?? 0
    }
  }

  private static func blocks(ofStage stage: String, _ names: [[Substring]]) -> Int {
    let blocks = names.lazy.filter { $0.count > 2 && $0[0] == "stages" && $0[1] == stage }
    return (blocks.compactMap { Int($0[2]) }.max() ?? -1) + 1
  }

  private static func depth(of name: [Substring], last: Int) -> Int {
    guard name.count > 1, let stage = Int(name[1]) else { return last + 1 }
    switch name[0] {
    case "downsample_layers": return stage == 0 ? 0 : stage < 3 ? stage + 1 : last
    case "stages":
      guard stage == 2 else { return stage < 2 ? stage + 1 : last }
      return 3 + (name.count > 2 ? (Int(name[2]) ?? 0) / 3 : 0)
    default: return last + 1
    }
  }

  private static func orderedDepths(_ names: [[Substring]]) -> [Int] {
    var seen: [String: Int] = [:]
    return names.map { name in
      let isNumbered = name.count > 1 && Int(name[1]) != nil
      let part = name.prefix(isNumbered ? 2 : 1).joined(separator: ".")
      let depth = seen[part] ?? seen.count
      seen[part] = depth
      return depth
    }
  }
}
