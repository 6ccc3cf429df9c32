import EdgeGraph

/// A graph with the gradients of its first output, in the order in which a program computes them.
struct TrainingGraph {
  /// Where an output belongs.
  enum Destination: Hashable {
    /// Read after the run: the loss, the logits.
    case result
    /// The gradient of the parameter of this name.
    case gradient(String)
    /// The new value of the buffer of this name.
    case buffer(String)
  }

  let graph: Graph
  /// One for every output of the graph.
  let destinations: [Destination]
  /// The nodes of all parameters and buffers.
  let parameters: [Node]

  /// - Parameters:
  ///   - recorded: as a model records it; its first output is the loss, of one element.
  ///   - isTrainable: whether a parameter, by its name, gets a gradient.
  init(_ recorded: Graph, isTrainable: (String) -> Bool) throws(GraphError) {
    let mapped = try MapPixels.apply(to: recorded)
    let dropping = try DropAtRandom.apply(to: mapped)
    let (normalized, updates) = try TrainBatchNorm.apply(to: dropping)
    let updated = try Graph(
      outputs: normalized.outputs + updates.map { Graph.Output($0.parameter.name, $0.value) })
    parameters = updated.nodes.filter { $0.parameter != nil }
    let variable = Set(parameters.map(\.id))
    let sampled = try SubsampleFirst.apply(to: updated, variable: variable)
    let fused = try FuseEncoders.apply(to: sampled, variable: variable)
    let trained = parameters.filter { node in
      node.parameter.map { !$0.isBuffer && isTrainable($0.name) } ?? false
    }
    // Last layers first, as their gradients are computed, so that what they need is let go.
    let variables = trained.reversed().map { Tensor($0) }
    let derivatives = try gradients(of: fused.outputs[0].tensor, withRespectTo: variables)
    var outputs = fused.outputs
    var destinations: [Destination] = fused.outputs.indices.map { index in
      index < normalized.outputs.count
        ? .result : .buffer(fused.outputs[index].name)
    }
    var seen = Set(outputs.map(\.tensor.node.id))
    for (variable, derivative) in zip(variables, derivatives) where derivative.node.isOperation {
      let isNew = seen.insert(derivative.node.id).inserted
      let needsCopy = !isNew || MemoryPlan.mayBeView(derivative.node)
      outputs.append(
        Graph.Output(
          variable.node.path, needsCopy ? Tensor(Scale(by: 1), [derivative]) : derivative))
      destinations.append(.gradient(variable.node.path))
    }
    self.destinations = destinations
    let lowered = try LowerCircular.apply(to: Graph(outputs: outputs), variable: variable)
    let kept = try KeepWideTensors.apply(to: lowered, variable: variable)
    graph = try FuseProducts.apply(to: kept, variable: variable)
  }
}

extension Node {
  /// The parameter that a leaf stands for.
  var parameter: ParameterValue? {
    if case .parameter(let value) = kind { value } else { nil }
  }
}
