/// Everything that some outputs depend on, inputs before the operations that use them.
public struct Graph: Sendable {
  public struct Output: Sendable {
    public let name: String
    public let tensor: Tensor

    public init(_ name: String, _ tensor: Tensor) {
      self.name = name
      self.tensor = tensor
    }
  }

  public let outputs: [Output]
  package let nodes: [Node]

  /// - Throws: the first failed shape rule on the way to the outputs.
  public init(outputs: [Output]) throws(GraphError) {
    self.outputs = outputs
    nodes = Graph.sorted(outputs.map(\.tensor.node))
    if let error = nodes.lazy.compactMap(\.error).first { throw error }
  }

  /// Depth first with a stack of its own; inputs come in the order in which operations name them.
  private static func sorted(_ roots: [Node]) -> [Node] {
    var result: [Node] = []
    var done: Set<ObjectIdentifier> = []
    var stack = roots.reversed().map { (node: $0, expanded: false) }
    while let (node, expanded) = stack.popLast() {
      if done.contains(node.id) { continue }
      if expanded {
        done.insert(node.id)
        result.append(node)
      } else {
        stack.append((node, true))
        stack += node.inputs.reversed().map { ($0.node, false) }
      }
    }
    return result
  }

  /// The values given at every run, in the order of their first use.
  public var inputs: [Output] {
    nodes.compactMap { node in
      if case .input(let name) = node.kind { Output(name, Tensor(node)) } else { nil }
    }
  }

  /// The parameters, in the order of their first use.
  public var parameters: [ParameterValue] {
    nodes.compactMap { node in
      if case .parameter(let value) = node.kind { value } else { nil }
    }
  }

  /// What one run costs as recorded, before any pass.
  public var cost: Cost {
    nodes.reduce(Cost()) { total, node in
      guard let operation = node.operation else { return total }
      return total + operation.cost(node.inputs.map(\.shape))
    }
  }

  /// How many operations read each node, each output counting as one more.
  package var useCounts: [ObjectIdentifier: Int] {
    var counts: [ObjectIdentifier: Int] = [:]
    for node in nodes { for input in node.inputs { counts[input.node.id, default: 0] += 1 } }
    for output in outputs { counts[output.tensor.node.id, default: 0] += 1 }
    return counts
  }

  /// Nodes that depend on no input: parameters, literals, and what is computed from them alone.
  package var constants: Set<ObjectIdentifier> { constants(variable: []) }

  /// The same where some parameters change between runs.
  package func constants(variable: Set<ObjectIdentifier>) -> Set<ObjectIdentifier> {
    var result: Set<ObjectIdentifier> = []
    for node in nodes {
      switch node.kind {
      case .parameter where variable.contains(node.id):
        break
      case .parameter, .constant:
        result.insert(node.id)
      case .operation where node.inputs.allSatisfy({ result.contains($0.node.id) }):
        result.insert(node.id)
      case .operation, .input, .poison:
        break
      }
    }
    return result
  }
}
