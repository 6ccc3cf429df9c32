import EdgeGraph

/// Lets every batch norm take the statistics of the batch, and gathers what its running statistics
/// become.
enum TrainBatchNorm {
  /// What a running buffer holds after the step.
  struct Update {
    let parameter: ParameterValue
    let value: Tensor
  }

  /// PyTorch's default.
  private static let momentum = 0.1

  /// - Returns: the graph, and an update for every running mean and variance that is a parameter,
  ///   in the order of the graph. A buffer that several norms share has one for all, each norm's
  ///   going on from the one before.
  static func apply(to graph: Graph) throws(GraphError) -> (graph: Graph, updates: [Update]) {
    var buffers = RunningBuffers()
    let result = try Rewriter.rewrite(graph) { operation, inputs, path, _ in
      guard let norm = operation as? BatchNormalization else { return nil }
      let statistics = Tensor(BatchStatistics(), [inputs[0]], at: path)
      let count = Double(inputs[0].shape.rows)
      // Of a single value there is no unbiased variance; it is 0, and so it stays.
      let unbiased = count > 1 ? count / (count - 1) : 1
      for (row, correction) in [1, unbiased].enumerated() {
        let average = RunningAverage(momentum: momentum, row: row, correction: correction)
        buffers.update(inputs[3 + row], with: statistics, average, at: path)
      }
      return Tensor(
        BatchNormalizationTraining(epsilon: norm.epsilon), inputs[..<3] + [statistics], at: path)
    }
    return (result, buffers.updates)
  }
}

/// The buffers met so far, in order.
private struct RunningBuffers {
  private(set) var updates: [TrainBatchNorm.Update] = []
  private var positions: [ObjectIdentifier: Int] = [:]

  mutating func update(
    _ buffer: Tensor, with statistics: Tensor, _ average: RunningAverage, at path: String
  ) {
    guard case .parameter(let parameter) = buffer.node.kind else { return }
    let position = positions[ObjectIdentifier(parameter)]
    let old = position.map { updates[$0].value } ?? buffer
    let update = TrainBatchNorm.Update(
      parameter: parameter, value: Tensor(average, [old, statistics], at: path))
    if let position {
      updates[position] = update
    } else {
      positions[ObjectIdentifier(parameter)] = updates.count
      updates.append(update)
    }
  }
}
