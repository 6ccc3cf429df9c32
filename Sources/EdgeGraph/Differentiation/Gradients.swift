/// The derivatives of a scalar with respect to some tensors that it is computed from, by reverse
/// accumulation.
///
/// - Parameters:
///   - scalar: a tensor of one element.
///   - variables: any tensors of its graph, usually parameters.
/// - Returns: a tensor of the shape of each variable; zeros where `scalar` doesn't depend on it.
/// - Throws: ``GraphError`` where an operation on the way has no derivative or a shape rule failed.
public func gradients(
  of scalar: Tensor, withRespectTo variables: [Tensor]
) throws(GraphError) -> [Tensor] {
  precondition(scalar.shape.count == 1, "the derivative of a tensor of shape \(scalar.shape)")
  let graph = try Graph(outputs: [Graph.Output("scalar", scalar)])
  var accumulator = GradientAccumulator(graph, variables: variables)
  accumulator.add(.filled(1, shape: scalar.shape), to: scalar)
  for node in graph.nodes.reversed() { try accumulator.propagate(through: node) }
  return variables.map { accumulator.gradient(of: $0) ?? .filled(0, shape: $0.shape) }
}

/// What has arrived at each node so far.
private struct GradientAccumulator {
  /// Nodes that some variable enters; others need no gradient.
  private var active: Set<ObjectIdentifier>
  private var contributions: [ObjectIdentifier: [Tensor]] = [:]

  init(_ graph: Graph, variables: [Tensor]) {
    active = Set(variables.map(\.node.id))
    for node in graph.nodes where node.inputs.contains(where: { active.contains($0.node.id) }) {
      active.insert(node.id)
    }
  }

  mutating func add(_ gradient: Tensor, to tensor: Tensor) {
    precondition(
      gradient.node.error != nil || gradient.shape == tensor.shape,
      "a gradient of \(gradient.shape) for \(tensor.shape)")
    contributions[tensor.node.id, default: []].append(gradient)
  }

  func gradient(of tensor: Tensor) -> Tensor? {
    contributions[tensor.node.id].map { Tensor.sum($0) }
  }

  mutating func propagate(through node: Node) throws(GraphError) {
    guard let operation = node.operation, active.contains(node.id),
      let dy = gradient(of: Tensor(node))
    else { return }
    guard let differentiable = operation as? any DifferentiableOperation else {
      throw GraphError(
        operation: type(of: operation).name, path: node.path, inputs: node.inputs.map(\.shape),
        cause: .notDifferentiable)
    }
    let results = differentiable.pullback(dy, inputs: node.inputs, output: Tensor(node))
    for (input, gradient) in zip(node.inputs, results) where active.contains(input.node.id) {
      if let gradient { add(gradient, to: input) }
    }
  }
}

extension Tensor {
  /// The sum of tensors of one shape. Channel ranges that fill the last axis side by side, which
  /// are what the slices of a split leave behind, are put together instead of being added to zeros.
  static func sum(_ terms: [Tensor]) -> Tensor {
    let ranges = terms.compactMap { term in
      (term.node.operation as? Embed).map { (range: $0, part: term.node.inputs[0]) }
    }.sorted { $0.range.lowerBound < $1.range.lowerBound }
    guard let width = ranges.first?.range.width, terms.count > 1 else { return added(terms) }
    var parts: [Tensor] = []
    var end = 0
    for (range, part) in ranges where range.lowerBound == end {
      parts.append(part)
      end += part.shape.columns
    }
    guard parts.count == ranges.count, end == width else { return added(terms) }
    let others = terms.filter { !($0.node.operation is Embed) }
    return added([concatenate(parts)] + others)
  }

  private static func added(_ terms: [Tensor]) -> Tensor {
    terms.dropFirst().reduce(terms[0]) { $0 + $1 }
  }

  /// A constant with one value in all places.
  static func filled(_ value: Float, shape: Shape) -> Tensor {
    .constant(TensorData([Float](repeating: value, count: shape.count), shape: shape))
  }
}
