import EdgeGraph

/// Where every value of a graph lies in one block of memory, shared by values whose lifetimes don't
/// overlap. Channel slices, parts and other shapes of the same elements are views; the parts of a
/// concatenation are written in place.
struct MemoryPlan {
  /// The operations that need a call, in order.
  let steps: [Node]
  /// Floats of the block: the graph's inputs, then everything that is computed.
  let count: Int
  /// The most floats that are alive at any step: what no plan can do without.
  let largestLiveCount: Int
  private let operands: [ObjectIdentifier: Operand]
  private let temporaries: [ObjectIdentifier: Operand]

  subscript(_ node: Node) -> Operand? { operands[node.id] }

  /// The memory that the calls of an operation share while it runs.
  func temporary(_ node: Node) -> Operand {
    temporaries[node.id] ?? Operand(rows: 1, columns: 0, stride: 0, offset: 0)
  }

  /// Whether a node may be nothing but a view of its input.
  static func mayBeView(_ node: Node) -> Bool {
    node.operation is Slice || node.operation is Part || node.operation is Reshape
  }

  /// - Parameters:
  ///   - constants: nodes that are computed while planning.
  ///   - state: parameters that lie in memory of their own.
  init(
    _ graph: Graph, constants: Set<ObjectIdentifier>, state: [ObjectIdentifier: Operand] = [:],
    options: RuntimeOptions
  ) {
    let live = graph.nodes.filter { !constants.contains($0.id) }
    var layout = Layout(live, outputs: Set(graph.outputs.map(\.tensor.node.id)), state: state)
    steps = live.filter { $0.isOperation && !layout.isView($0) }
    let lifetimes = layout.lifetimes(steps: steps, graph: graph)
    layout.reuse(steps, lifetimes)
    let buffers =
      layout.buffers(lifetimes)
      + Self.temporaries(steps, constants: constants, options: options)
    largestLiveCount = Self.largestLiveCount(buffers, steps: steps.count)
    let arena = Arena(buffers)
    count = arena.count
    operands = layout.operands(arena)
    temporaries = Dictionary(
      uniqueKeysWithValues: buffers.compactMap { buffer in
        guard case .temporary(let node) = buffer.id, let offset = arena.offsets[buffer.id] else {
          return nil
        }
        return (
          node, Operand(rows: 1, columns: buffer.count, stride: buffer.count, offset: offset)
        )
      })
  }

  private static func temporaries(
    _ steps: [Node], constants: Set<ObjectIdentifier>, options: RuntimeOptions
  ) -> [Arena.Buffer] {
    steps.enumerated().compactMap { step, node in
      guard let kernel = node.operation as? any Kernel else { return nil }
      let request = TemporaryRequest(
        inputs: node.inputs.map(\.shape),
        isConstant: node.inputs.map { constants.contains($0.node.id) }, output: node.shape,
        options: options)
      let count = kernel.temporaryCount(request)
      return count == 0
        ? nil : Arena.Buffer(id: .temporary(node.id), count: count, lifetime: step...step)
    }
  }

  private static func largestLiveCount(_ buffers: [Arena.Buffer], steps: Int) -> Int {
    var changes = [Int](repeating: 0, count: steps + 2)
    for buffer in buffers {
      changes[buffer.lifetime.lowerBound] += buffer.count
      changes[buffer.lifetime.upperBound + 1] -= buffer.count
    }
    var (live, largest) = (0, 0)
    for change in changes {
      live += change
      largest = max(largest, live)
    }
    return largest
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
  private var views: Set<ObjectIdentifier> = []
  private let pinned: Set<ObjectIdentifier>
  private let state: [ObjectIdentifier: Operand]

  init(
    _ nodes: [Node], outputs: Set<ObjectIdentifier>, state: [ObjectIdentifier: Operand]
  ) {
    pinned = Set(nodes.filter { !$0.isOperation }.map(\.id))
    self.state = state
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
        let isElsewhere = MemoryPlan.mayBeView(part.node) || part.node.operation is Concatenate
        let isFree = parts[part.node.id] == nil && !outputs.contains(part.node.id)
        if part.node.isOperation, computed.contains(part.node.id), !isElsewhere, isFree {
          parts[part.node.id] = (whole, column)
        }
        column += part.shape.columns
      }
    }
    return parts
  }

  private mutating func place(_ node: Node) {
    if MemoryPlan.mayBeView(node) {
      guard let whole = places[node.inputs[0].node.id] else { return }
      if let view = Self.view(node, of: whole) {
        places[node.id] = view
        views.insert(node.id)
        return
      }
    }
    places[node.id] = Place(
      buffer: node.id, column: 0, stride: node.shape.columns, shape: node.shape)
    if state[node.id] == nil { sizes[node.id] = node.shape.count }
  }

  /// Whether the node needs no call: what it stands for is in memory already.
  func isView(_ node: Node) -> Bool { views.contains(node.id) }

  /// A node as a view of its input; nil where the input's rows don't lie one after another.
  private static func view(_ node: Node, of whole: Place) -> Place? {
    let isContiguous = whole.stride == whole.shape.columns
    switch node.operation {
    case let slice as Slice:
      return Place(
        buffer: whole.buffer, column: whole.column + slice.lowerBound, stride: whole.stride,
        shape: node.shape)
    case let part as Part where isContiguous:
      return Place(
        buffer: whole.buffer, column: whole.column + part.offset, stride: node.shape.columns,
        shape: node.shape)
    case is Reshape where isContiguous:
      return Place(
        buffer: whole.buffer, column: whole.column, stride: node.shape.columns, shape: node.shape)
    default:
      return nil
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
        own.buffer == node.id, state[node.id] == nil
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
    return merged.compactMap { id, lifetime in
      sizes[id].map { Arena.Buffer(id: .value(id), count: $0, lifetime: lifetime) }
    }
  }

  func operands(_ arena: Arena) -> [ObjectIdentifier: Operand] {
    places.compactMapValues { place in
      if let operand = state[place.buffer] {
        return operand.view(place.shape, from: place.column, stride: place.stride)
      }
      guard let offset = arena.offsets[.value(replacements[place.buffer] ?? place.buffer)] else {
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
  enum Identifier: Hashable {
    case value(ObjectIdentifier)
    /// Of the calls of an operation.
    case temporary(ObjectIdentifier)
  }

  struct Buffer {
    let id: Identifier
    let count: Int
    let lifetime: ClosedRange<Int>
  }

  private(set) var offsets: [Identifier: Int] = [:]
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
