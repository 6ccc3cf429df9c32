import EdgeGraph

/// Where every value of a graph lies in one block of memory, shared by values whose lifetimes don't
/// overlap. Channel slices are views; the parts of a concatenation are written in place.
struct MemoryPlan {
  /// The operations that need a call, in order.
  let steps: [Node]
  /// Floats of the block: the graph's inputs, then everything that is computed.
  let count: Int
  private let operands: [ObjectIdentifier: Operand]

  subscript(_ node: Node) -> Operand? { operands[node.id] }

  /// - Parameter constants: nodes that are computed while planning.
  init(_ graph: Graph, constants: Set<ObjectIdentifier>) {
    let live = graph.nodes.filter { !constants.contains($0.id) }
    steps = live.filter { $0.isOperation && !($0.operation is Slice) }
    var layout = Layout(live, outputs: Set(graph.outputs.map(\.tensor.node.id)))
    let lifetimes = layout.lifetimes(steps: steps, graph: graph)
    layout.reuse(steps, lifetimes)
    let arena = Arena(layout.buffers(lifetimes))
    count = arena.count
    operands = layout.operands(arena)
  }
}

/// Which buffer each value lies in, and where in it.
private struct Layout {
  struct Place {
    var buffer: ObjectIdentifier
    var column: Int
    let stride: Int
    let shape: Shape
  }

  private var places: [ObjectIdentifier: Place] = [:]
  private var sizes: [ObjectIdentifier: Int] = [:]
  private var replacements: [ObjectIdentifier: ObjectIdentifier] = [:]
  private let pinned: Set<ObjectIdentifier>

  init(_ nodes: [Node], outputs: Set<ObjectIdentifier>) {
    pinned = Set(nodes.filter { !$0.isOperation }.map(\.id))
    let parts = Self.concatenated(nodes, outputs: outputs)
    for node in nodes where parts[node.id] == nil { place(node) }
    // A part's whole comes after it, so parts are placed last, and views of them after that.
    for node in nodes {
      if let part = parts[node.id], let whole = places[part.whole.id] {
        places[node.id] = Place(
          buffer: whole.buffer, column: whole.column + part.column, stride: whole.stride,
          shape: node.shape)
      }
    }
    for node in nodes where places[node.id] == nil { place(node) }
  }

  /// The values that can be written straight into the concatenation that reads them.
  private static func concatenated(
    _ nodes: [Node], outputs: Set<ObjectIdentifier>
  ) -> [ObjectIdentifier: (whole: Node, column: Int)] {
    let computed = Set(nodes.map(\.id))
    var parts: [ObjectIdentifier: (whole: Node, column: Int)] = [:]
    for whole in nodes where whole.operation is Concatenate {
      var column = 0
      for part in whole.inputs {
        let isView = part.node.operation is Slice || part.node.operation is Concatenate
        let isFree = parts[part.node.id] == nil && !outputs.contains(part.node.id)
        if part.node.isOperation, computed.contains(part.node.id), !isView, isFree {
          parts[part.node.id] = (whole, column)
        }
        column += part.shape.columns
      }
    }
    return parts
  }

  private mutating func place(_ node: Node) {
    if let slice = node.operation as? Slice {
      guard let whole = places[node.inputs[0].node.id] else { return }
      places[node.id] = Place(
        buffer: whole.buffer, column: whole.column + slice.lowerBound, stride: whole.stride,
        shape: node.shape)
    } else {
      places[node.id] = Place(
        buffer: node.id, column: 0, stride: node.shape.columns, shape: node.shape)
      sizes[node.id] = node.shape.count
    }
  }

  private func buffer(of node: Node) -> ObjectIdentifier? {
    places[node.id].map { replacements[$0.buffer] ?? $0.buffer }
  }

  /// For every buffer the first and the last step that touch it; inputs live from the start to the
  /// end, outputs to the end.
  func lifetimes(steps: [Node], graph: Graph) -> [ObjectIdentifier: ClosedRange<Int>] {
    var result: [ObjectIdentifier: ClosedRange<Int>] = [:]
    func extend(_ node: Node, to step: Int) {
      guard let buffer = buffer(of: node) else { return }
      let range = result[buffer] ?? step...step
      result[buffer] = min(range.lowerBound, step)...max(range.upperBound, step)
    }
    for (step, node) in steps.enumerated() {
      extend(node, to: step)
      for input in node.inputs { extend(input.node, to: step) }
    }
    for output in graph.outputs { extend(output.tensor.node, to: steps.count) }
    for buffer in pinned where result[buffer] != nil { result[buffer] = 0...steps.count }
    return result
  }

  /// Lets outputs take over the memory of inputs that are read for the last time.
  mutating func reuse(_ steps: [Node], _ lifetimes: [ObjectIdentifier: ClosedRange<Int>]) {
    var ends = lifetimes.mapValues(\.upperBound)
    for (step, node) in steps.enumerated() {
      guard let kernel = node.operation as? any Kernel, let own = places[node.id],
        own.buffer == node.id
      else { continue }
      for index in kernel.reusableInputs {
        let input = node.inputs[index].node
        guard let place = places[input.id], let buffer = buffer(of: input),
          !pinned.contains(buffer), ends[buffer] == step, sizes[place.buffer] == own.shape.count,
          place.stride == place.shape.columns, place.shape == own.shape,
          node.inputs.filter({ self.buffer(of: $0.node) == buffer }).count == 1
        else { continue }
        replacements[own.buffer] = buffer
        ends[buffer] = ends[own.buffer]
        break
      }
    }
  }

  /// The buffers that remain, with their lifetimes.
  func buffers(_ lifetimes: [ObjectIdentifier: ClosedRange<Int>]) -> [Arena.Buffer] {
    var merged: [ObjectIdentifier: ClosedRange<Int>] = [:]
    for (buffer, range) in lifetimes {
      let target = replacements[buffer] ?? buffer
      let other = merged[target] ?? range
      merged[target] =
        min(other.lowerBound, range.lowerBound)...max(other.upperBound, range.upperBound)
    }
    return merged.map { Arena.Buffer(id: $0, count: sizes[$0] ?? 0, lifetime: $1) }
  }

  func operands(_ arena: Arena) -> [ObjectIdentifier: Operand] {
    places.compactMapValues { place in
      guard let offset = arena.offsets[replacements[place.buffer] ?? place.buffer] else {
        return nil
      }
      return Operand(
        rows: place.shape.rows, columns: place.shape.columns, stride: place.stride,
        offset: offset + place.column)
    }
  }
}

/// Offsets for buffers such that those alive at the same time don't overlap.
private struct Arena {
  struct Buffer {
    let id: ObjectIdentifier
    let count: Int
    let lifetime: ClosedRange<Int>
  }

  private(set) var offsets: [ObjectIdentifier: Int] = [:]
  private(set) var count = 0

  /// Largest first, each at the lowest offset that is free for its whole life.
  init(_ buffers: [Buffer]) {
    let line = 16  // floats of a cache line
    var placed: [(buffer: Buffer, offset: Int)] = []
    let order = buffers.sorted {
      ($1.count, $0.lifetime.lowerBound) < ($0.count, $1.lifetime.lowerBound)
    }
    for buffer in order {
      var offset = 0
      let neighbors = placed.filter { $0.buffer.lifetime.overlaps(buffer.lifetime) }
        .sorted { $0.offset < $1.offset }
      for neighbor in neighbors {
        if offset + buffer.count <= neighbor.offset { break }
        offset = max(offset, neighbor.offset + neighbor.buffer.count)
        offset = (offset + line - 1) / line * line
      }
      placed.append((buffer, offset))
      offsets[buffer.id] = offset
      count = max(count, offset + buffer.count)
    }
  }
}
