/// The operations that name classes and functions, call them, and give objects their state. Nothing
/// is looked up and nothing is called.
extension PickleMachine {
  /// Executes `opcode` if it is one of this group.
  mutating func executeObject(_ opcode: PickleOpcode) throws(FormatError) -> Bool {
    switch opcode {
    case .global: push(.global(try readName()))
    case .stackGlobal:
      let (name, module) = (try pop(), try pop())
      guard let module = module.text, let name = name.text else {
        throw malformed("a module and a name", found: "\(module.kind) and \(name.kind)")
      }
      push(.global(module + "." + name))
    case .reduce, .newObject:
      let (arguments, callable) = (try pop(), try pop())
      try construct(callable, arguments)
    case .newObjectWithKeywords:
      _ = try pop()
      let (arguments, callable) = (try pop(), try pop())
      try construct(callable, arguments)
    case .instance:
      let name = try readName()
      push(.tuple, try popToMark())
      try construct(.global(name), try pop())
    case .object:
      let values = try popToMark()
      guard let callable = values.first else { throw malformed("a class", found: "none") }
      push(.tuple, Array(values.dropFirst()))
      try construct(callable, try pop())
    case .persistentID: push(.opaque("persistent id " + (try readLine())))
    case .binPersistentID: try resolvePersistentID(try pop())
    case .build: try build(state: try pop())
    default: return false
    }
    return true
  }

  private mutating func readName() throws(FormatError) -> String {
    let module = try readLine()
    return module + "." + (try readLine())
  }

  private mutating func construct(
    _ callable: PickleValue, _ arguments: PickleValue
  ) throws(FormatError) {
    guard let items = heap.items(of: arguments, .tuple) else {
      throw malformed("a tuple of arguments", found: arguments.kind)
    }
    switch callable {
    case .global(let name): push(try reconstruct(name, items))
    case .node(let index):
      guard case .opaque(let name) = heap.nodes[index].kind else {
        throw malformed("something to call", found: "\(heap.nodes[index].kind)")
      }
      push(.opaque(name))
    default: throw malformed("something to call", found: callable.kind)
    }
  }

  /// `("storage", class, key, location, count)`, in the legacy stream with a sixth item: None or
  /// `(key, offset, count)` of a view. `("module", class, file, source)` stands for the class.
  private mutating func resolvePersistentID(_ id: PickleValue) throws(FormatError) {
    let items = heap.items(of: id, .tuple) ?? []
    if items.count >= 2, items[0].text == "module" { return push(items[1]) }
    guard items.count >= 5, items[0].text == "storage", let count = items[4].size,
      let key = items[2].text ?? items[2].size.map(String.init)
    else { throw malformed("a storage's persistent id", found: "another") }
    guard case .global(let name) = items[1], let type = StorageType(className: name) else {
      return push(.opaque("a storage of unknown type"))
    }
    var storage = PickleStorage(type: type, key: key, count: count)
    if items.count > 5, let view = heap.sequence(items[5]) {
      guard view.count == 3, let offset = view[1].size, let count = view[2].size else {
        throw malformed("key, offset and count of a storage's view", found: "something else")
      }
      storage = PickleStorage(type: type, key: key, count: count, viewOffset: offset)
    }
    heap.storages.append(storage)
    push(.storage(heap.storages.count - 1))
  }

  /// Gives the object on top its state. A namespace takes its attributes; numpy's type its byte
  /// order; others keep nothing (PyTorch hangs `_metadata` on dictionaries this way).
  private mutating func build(state: PickleValue) throws(FormatError) {
    guard case .node(let index) = try top() else { return }
    switch heap.nodes[index].kind {
    case .namespace:
      guard let attributes = heap.items(of: state, .dictionary) else { return }
      try charge(attributes.count)
      heap.nodes[index].items += attributes
    case .numpyType(let code):
      guard let items = heap.items(of: state, .tuple), items.count > 1, let order = items[1].text,
        code.utf8.count <= 8
      else { return }
      heap.nodes[index].kind = .numpyType(order + code)
    default: return
    }
  }
}
