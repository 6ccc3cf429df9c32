/// The operations that make and fill lists, tuples, sets and dictionaries.
extension PickleMachine {
  /// Executes `opcode` if it is one of this group.
  mutating func executeContainer(_ opcode: PickleOpcode) throws(FormatError) -> Bool {
    switch opcode {
    case .mark: mark()
    case .pop: try discard()
    case .popMark: _ = try popToMark()
    case .duplicate: push(try top())
    case .emptyList: push(.list)
    case .emptyTuple: push(.tuple)
    case .emptySet: push(.set)
    case .emptyDictionary: push(.dictionary)
    case .list: push(.list, try popToMark())
    case .tuple: push(.tuple, try popToMark())
    case .frozenSet: push(.set, try popToMark())
    case .dictionary: push(.dictionary, try paired(try popToMark()))
    case .tuple1: try pushTuple(1)
    case .tuple2: try pushTuple(2)
    case .tuple3: try pushTuple(3)
    case .append: try extend([try pop()], [.list])
    case .appends: try extend(try popToMark(), [.list])
    case .addItems: try extend(try popToMark(), [.set])
    case .setItem:
      let value = try pop()
      try extend([try pop(), value], [.dictionary, .namespace])
    case .setItems:
      try extend(try paired(try popToMark()), [.dictionary, .namespace])
    default: return false
    }
    return true
  }

  private mutating func pushTuple(_ count: Int) throws(FormatError) {
    var items: [PickleValue] = []
    for _ in 0..<count { items.append(try pop()) }
    push(.tuple, items.reversed())
  }

  /// Adds to the container on top of the stack; an opaque one takes anything and keeps nothing.
  private mutating func extend(
    _ items: [PickleValue], _ kinds: [PickleNode.Kind]
  ) throws(FormatError) {
    let container = try top()
    guard case .node(let index) = container else {
      throw malformed("a container to add to", found: container.kind)
    }
    if kinds.contains(heap.nodes[index].kind) {
      heap.nodes[index].items += items
    } else if case .opaque = heap.nodes[index].kind {
      return
    } else {
      throw malformed("a container to add to", found: "\(heap.nodes[index].kind)")
    }
  }

  private func paired(_ items: [PickleValue]) throws(FormatError) -> [PickleValue] {
    guard items.count.isMultiple(of: 2) else {
      throw malformed("keys with values", found: "\(items.count) items")
    }
    return items
  }
}
