import EdgeGraph

extension Graph {
  /// The outputs in double precision, operation by operation, each by its plain reference: what
  /// passes and programs are compared to.
  ///
  /// - Precondition: every input is given, in its shape, and every parameter has a value.
  public func evaluated(_ inputs: [String: Reference]) -> [Reference] {
    var values: [ObjectIdentifier: Reference] = [:]
    for node in nodes {
      values[node.id] =
        switch node.kind {
        case .input(let name): given(inputs[name], node, "no input '\(name)'")
        case .parameter(let parameter):
          given(parameter.value.map { Reference($0) }, node, "'\(parameter.name)' has no value")
        case .constant(let data): Reference(data)
        case .operation(let operation):
          operation.reference(node.inputs.compactMap { values[$0.node.id] })
        case .poison(let error): preconditionFailure("\(error)")
        }
    }
    return outputs.compactMap { values[$0.tensor.node.id] }
  }

  private func given(_ value: Reference?, _ node: Node, _ problem: String) -> Reference {
    guard let value else { preconditionFailure(problem) }
    precondition(value.shape == node.shape, "\(value.shape) given for \(node.shape)")
    return value
  }

  /// The names of the operations that depend on an input, in the order in which they run.
  public var operationNames: [String] {
    let constants = constants
    return nodes.filter { !constants.contains($0.id) }.compactMap { node in
      node.operation.map { type(of: $0).name }
    }
  }
}
