import EdgeGraph

/// Turns what a pickle made into a tree of values.
///
/// A pickle may use one object in many places, and inside itself. Each is turned once and shared;
/// the size of the tree that it spans is counted, so that a short file cannot ask its readers to
/// walk an exponentially large one.
struct CheckpointTree<Table: StorageTable> {
  /// The deepest nesting of containers.
  static var depthLimit: Int { 128 }

  private let heap: PickleHeap
  private var tensors: TensorReader<Table>
  private var madeNodes: [Made?]
  private var madeTensors: [TensorData?]
  private var isOpen: [Bool]
  private let sizeLimit: Int
  private let path: String

  /// A value and the number of values in the tree below it, itself included.
  private struct Made {
    let value: CheckpointValue
    let size: Int
    let depth: Int
  }

  init(_ heap: PickleHeap, tensors: TensorReader<Table>, path: String) {
    self.heap = heap
    self.tensors = tensors
    self.path = path
    madeNodes = Array(repeating: nil, count: heap.nodes.count)
    madeTensors = Array(repeating: nil, count: heap.tensors.count)
    isOpen = Array(repeating: false, count: heap.nodes.count)
    sizeLimit = (1 << 20) + 8 * heap.nodes.count
  }

  mutating func value(_ root: PickleValue) throws(FormatError) -> CheckpointValue {
    try make(root, name: "", level: 0).value
  }

  private mutating func make(
    _ value: PickleValue, name: String, level: Int
  ) throws(FormatError) -> Made {
    switch value {
    case .node(let index): return try makeNode(index, name: name, level: level)
    case .tensor(let index):
      if let tensor = madeTensors[index] { return leaf(.tensor(tensor)) }
      let tensor = try tensors.tensor(heap.tensors[index], name: name)
      madeTensors[index] = tensor
      return leaf(.tensor(tensor))
    case .null: return leaf(.null)
    case .bool(let value): return leaf(.bool(value))
    case .integer(let value): return leaf(.integer(value))
    case .wide: return leaf(.opaque("int"))
    case .float(let value): return leaf(.float(value))
    case .string(let value): return leaf(.string(value))
    case .bytes(let value): return leaf(.bytes(value))
    case .global(let name): return leaf(.opaque(name))
    case .storage: return leaf(.opaque("torch.storage"))
    }
  }

  private func leaf(_ value: CheckpointValue) -> Made { Made(value: value, size: 1, depth: 0) }

  private mutating func makeNode(
    _ index: Int, name: String, level: Int
  ) throws(FormatError) -> Made {
    if let made = madeNodes[index] {
      guard level + made.depth <= Self.depthLimit else { throw tooDeep(name) }
      return made
    }
    guard level < Self.depthLimit else { throw tooDeep(name) }
    guard !isOpen[index] else {
      throw .malformed(
        path: path, place: "value '\(name)'", expected: "values that end",
        found: "a container inside itself")
    }
    isOpen[index] = true
    let made = try makeContainer(heap.nodes[index], name: name, level: level)
    isOpen[index] = false
    madeNodes[index] = made
    return made
  }

  private mutating func makeContainer(
    _ node: PickleNode, name: String, level: Int
  ) throws(FormatError) -> Made {
    switch node.kind {
    case .opaque(let name): return leaf(.opaque(name))
    case .numpyType: return leaf(.opaque("numpy.dtype"))
    case .list, .tuple, .set: return try makeList(node.items, name: name, level: level)
    case .dictionary, .namespace:
      return try makeDictionary(node.items, name: name, level: level)
    }
  }

  private mutating func makeList(
    _ items: [PickleValue], name: String, level: Int
  ) throws(FormatError) -> Made {
    var (values, size, depth): ([CheckpointValue], Int, Int) = ([], 1, 0)
    values.reserveCapacity(items.count)
    for (number, item) in items.enumerated() {
      let made = try make(item, name: Self.join(name, item, "\(number)"), level: level + 1)
      values.append(made.value)
      size = try add(size, made.size, name)
      depth = max(depth, made.depth + 1)
    }
    return Made(value: .list(values), size: size, depth: depth)
  }

  private mutating func makeDictionary(
    _ items: [PickleValue], name: String, level: Int
  ) throws(FormatError) -> Made {
    var pairs: [(key: CheckpointValue, value: CheckpointValue)] = []
    var (size, depth) = (1, 0)
    pairs.reserveCapacity(items.count / 2)
    for position in stride(from: 0, to: items.count - 1, by: 2) {
      let key = try make(items[position], name: name, level: level + 1)
      let inner = Self.join(name, items[position + 1], key.value.keyText ?? "?")
      let value = try make(items[position + 1], name: inner, level: level + 1)
      pairs.append((key.value, value.value))
      size = try add(try add(size, key.size, name), value.size, name)
      depth = max(depth, max(key.depth, value.depth) + 1)
    }
    return Made(value: .dictionary(pairs), size: size, depth: depth)
  }

  private func add(_ size: Int, _ more: Int, _ name: String) throws(FormatError) -> Int {
    guard size + more <= sizeLimit else {
      throw .limit(
        path: path, place: "value '\(name)'", quantity: "the number of values", limit: sizeLimit)
    }
    return size + more
  }

  private func tooDeep(_ name: String) -> FormatError {
    .limit(path: path, place: "value '\(name)'", quantity: "nesting", limit: Self.depthLimit)
  }

  /// The path of a value for messages; only made for those that can fail.
  private static func join(_ name: String, _ item: PickleValue, _ key: @autoclosure () -> String)
    -> String
  {
    switch item {
    case .node, .tensor: name.isEmpty ? key() : name + "." + key()
    default: ""
    }
  }
}
