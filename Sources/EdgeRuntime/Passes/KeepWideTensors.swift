import EdgeGraph

/// Lets an ``MLPBlock`` keep its wide tensor for its ``MLPBlockGradient`` where reading it back is
/// quicker than computing it again.
enum KeepWideTensors {
  /// Computing a number anew takes a multiply-add for each channel of the input. From about so many
  /// on, that takes longer than a number takes to memory and back, or to a third-level cache if the
  /// tensor fits.
  private static func leastChannels(wideBytes: Int) -> Int {
    wideBytes > 8 * 1024 * 1024 ? 96 : 40
  }

  /// - Parameter variable: parameters that change between runs.
  static func apply(
    to graph: Graph, variable: Set<ObjectIdentifier>
  ) throws(GraphError) -> Graph {
    var wide: [Occurrence: Tensor] = [:]
    let weights = Set(graph.nodes.compactMap(Self.derivedWeight))
    return try Rewriter.rewrite(graph, variable: variable) { operation, inputs, path, _ in
      if let block = operation as? MLPBlock, isSlow(block, inputs),
        weights.contains(inputs[block.firstWeight].node.id)
      {
        var keeping = block
        keeping.keepsWide = true
        let parts = Tensor(keeping, inputs, at: path).parts(
          keeping.resultShapes(inputs.map(\.shape)))
        let own = block.hasResidual ? Array(inputs.dropLast()) : inputs
        wide[Occurrence(MLPBlockGradient(of: block), own)] = parts[1]
        return parts[0]
      }
      guard let gradient = operation as? MLPBlockGradient,
        let kept = wide[Occurrence(gradient, Array(inputs.dropFirst()))]
      else { return nil }
      var reading = gradient
      reading.readsWide = true
      return Tensor(reading, inputs + [kept], at: path)
    }
  }

  private static func isSlow(_ block: MLPBlock, _ inputs: [Tensor]) -> Bool {
    let wide = inputs[0].shape.rows * inputs[block.firstWeight].shape[0]
    return inputs[0].shape.columns >= leastChannels(wideBytes: 4 * wide)
  }

  /// The first weight of a block that has a way back, which no pass replaces.
  private static func derivedWeight(_ node: Node) -> ObjectIdentifier? {
    guard let gradient = node.operation as? MLPBlockGradient else { return nil }
    return node.inputs[gradient.block.firstWeight + 1].node.id
  }

  /// A block's way back, by the block's inputs.
  private struct Occurrence: Hashable {
    let gradient: MLPBlockGradient
    let inputs: [ObjectIdentifier]

    init(_ gradient: MLPBlockGradient, _ inputs: [Tensor]) {
      self.gradient = gradient
      self.inputs = inputs.map(\.node.id)
    }
  }
}
