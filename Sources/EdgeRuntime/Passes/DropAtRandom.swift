import EdgeGraph

/// Turns stochastic depth and dropout into multiplications by a ``RandomMask``, as they act in
/// training. Stochastic depth draws for every sample, dropout for every element or channel.
enum DropAtRandom {
  /// The input that all masks are drawn from, `[4]`: ``RandomMask/key(seed:step:)`` of the step.
  static let keyName = "random_key"

  /// - Parameter variable: parameters that change between runs.
  static func apply(
    to graph: Graph, variable: Set<ObjectIdentifier> = []
  ) throws(GraphError) -> Graph {
    var masks = Masks()
    return try Rewriter.rewrite(graph, variable: variable) { operation, inputs, path, _ in
      switch operation {
      case let drop as StochasticDepth:
        let shape = inputs[0].shape
        let samples = shape.dimensions.enumerated().map { $0.offset == 0 ? $0.element : 1 }
        return masks.dropped(
          inputs[0], mask: Shape(samples), rate: drop.rate, path, StochasticDepth.name)
      case let drop as Dropout:
        return masks.dropped(
          inputs[0], mask: drop.maskShape(inputs[0].shape), rate: drop.rate, path, Dropout.name)
      default:
        return nil
      }
    }
  }

  private struct Masks {
    private let key = Tensor.input(keyName, shape: [4])
    /// How often each layer has dropped something: one that is used twice draws twice.
    private var occurrences: [String: Int] = [:]

    mutating func dropped(
      _ x: Tensor, mask shape: Shape, rate: Double, _ path: String, _ operation: String
    ) -> Tensor {
      if rate == 0 { return x }
      let layer = "\(path)/\(operation)"
      let occurrence = occurrences[layer, default: 0]
      occurrences[layer] = occurrence + 1
      let mask = RandomMask(shape: shape, rate: rate, path: "\(layer)/\(occurrence)")
      return Tensor(Multiply(), [x, Tensor(mask, [key], at: path)], at: path)
    }
  }
}
