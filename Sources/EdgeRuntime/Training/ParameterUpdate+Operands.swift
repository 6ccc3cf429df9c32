import EdgeGraph

extension ParameterUpdate {
  /// Where a graph's parameters lie, and where its gradients and new running statistics belong.
  func operands(of training: TrainingGraph) -> [ObjectIdentifier: Operand] {
    var result: [ObjectIdentifier: Operand] = [:]
    for node in training.parameters {
      result[node.id] = node.parameter.flatMap { operand($0.name, in: values) }
    }
    for (output, destination) in zip(training.graph.outputs, training.destinations) {
      switch destination {
      case .result: break
      case .gradient(let name): result[output.tensor.node.id] = operand(name, in: gradients)
      case .buffer(let name): result[output.tensor.node.id] = operand(name, in: values)
      }
    }
    return result
  }

  private func operand(_ name: String, in buffer: StateBuffer) -> Operand? {
    layout[name].map { entry in
      Operand(state: buffer, offset: entry.range.lowerBound, shape: entry.shape)
    }
  }
}
