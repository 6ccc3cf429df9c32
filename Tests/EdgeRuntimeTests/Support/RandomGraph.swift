import EdgeGraph
import TestSupport

/// Graphs of random operations on random earlier values: residual sums, slices, concatenations,
/// values that are read again much later, several outputs.
struct RandomGraph {
  private var rng: SplitMix64
  private var layers: LayerBuilder
  private var tensors: [Tensor]

  static let input: Shape = [2, 3, 4, 6]

  static func make(seed: UInt64, operations: Int) throws -> Graph {
    var maker = RandomGraph(seed: seed)
    for _ in 0..<operations { maker.grow() }
    return try maker.graph()
  }

  private init(seed: UInt64) {
    rng = SplitMix64(seed: seed)
    layers = LayerBuilder(seed: seed)
    tensors = [.input("x", shape: Self.input)]
  }

  private mutating func graph() throws -> Graph {
    var outputs = [Graph.Output("last", tensors[tensors.count - 1])]
    for index in 0..<Int.random(in: 0...2, using: &rng) {
      outputs.append(Graph.Output("other\(index)", any()))
    }
    return try Graph(outputs: outputs)
  }

  /// Mostly one of the latest values, sometimes one of long ago.
  private mutating func any() -> Tensor {
    let first = Bool.random(using: &rng) ? 0 : max(0, tensors.count - 4)
    return tensors[Int.random(in: first..<tensors.count, using: &rng)]
  }

  private mutating func grow() {
    let x = any()
    let channels = x.shape[3]
    switch Int.random(in: 0..<10, using: &rng) {
    case 0: tensors.append(gelu(x))
    case 1: tensors.append(layers.layerNorm(x))
    case 2: tensors.append(layers.linear(x, to: Int.random(in: 1...9, using: &rng)))
    case 3: tensors.append(layers.depthwise(x))
    case 4: tensors.append(layers.batchNorm(x))
    case 5:
      let cut = Int.random(in: 0..<channels, using: &rng)
      tensors += x.split(widths: [cut, channels - cut]).filter { $0.shape[3] > 0 }
    case 6 where channels < 40:
      tensors.append(.concatenate([x, any(), gelu(any())]))
    case 7: tensors.append(x + layers.scaled(layers.mlp(layers.layerNorm(x), hidden: 8)))
    default:
      let same = tensors.filter { $0.shape == x.shape }
      guard let other = same.randomElement(using: &rng) else { return }
      tensors.append(Bool.random(using: &rng) ? x + other : x * other)
    }
  }
}
