/// The functions and classes that are understood. Each is a few lines that build the value from its
/// arguments; there is no way from a name in a file to code outside this file.
extension PickleMachine {
  mutating func reconstruct(
    _ name: String, _ arguments: [PickleValue]
  ) throws(FormatError) -> PickleValue {
    switch name {
    case "torch._tensor._rebuild_from_type_v2":
      guard arguments.count >= 3, case .global(let inner) = arguments[0], inner != name,
        let innerArguments = heap.items(of: arguments[2], .tuple)
      else { return opaque(name) }
      return try reconstruct(inner, innerArguments)
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
      "torch.nn.parameter.Parameter":
      return arguments.first ?? opaque(name)
    case let name where name.hasPrefix("torch._utils._rebuild_tensor"):
      return try tensor(name, arguments)
    case "torch.Size": return node(.tuple, try copied(arguments.first))
    case "torch.device": return .string(deviceName(arguments))
    case let name where name.hasPrefix("numpy."):
      return numpy(name, arguments)
    default: return try builtin(name, arguments)
    }
  }

  /// Python's own types. `__builtin__` is what protocol 2 calls the module `builtins`.
  private mutating func builtin(
    _ name: String, _ arguments: [PickleValue]
  ) throws(FormatError) -> PickleValue {
    switch name {
    case "collections.OrderedDict", "builtins.dict", "__builtin__.dict", "collections.Counter":
      return node(.dictionary, try pairs(arguments.first))
    case "collections.defaultdict":
      return node(.dictionary, try pairs(arguments.dropFirst().first))
    case "argparse.Namespace", "types.SimpleNamespace": return node(.namespace, [])
    case "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset":
      return node(.set, try copied(arguments.first))
    case "builtins.list", "__builtin__.list", "collections.deque":
      return node(.list, try copied(arguments.first))
    case "builtins.tuple", "__builtin__.tuple": return node(.tuple, try copied(arguments.first))
    case "_codecs.encode":
      guard arguments.count == 2, let text = arguments[0].text, arguments[1].text == "latin1"
      else { return opaque(name) }
      return try latin1(text)
    case "builtins.bytes", "__builtin__.bytes", "builtins.bytearray", "__builtin__.bytearray":
      if case .bytes(let bytes)? = arguments.first { return .bytes(bytes) }
      return arguments.isEmpty ? .bytes([]) : opaque(name)
    default: return opaque(name)
    }
  }

  private mutating func node(
    _ kind: PickleNode.Kind, _ items: [PickleValue]
  ) -> PickleValue {
    heap.nodes.append(PickleNode(kind: kind, items: items))
    return .node(heap.nodes.count - 1)
  }

  private mutating func opaque(_ name: String) -> PickleValue { node(.opaque(name), []) }

  /// The elements of a list, tuple or set that a constructor copies.
  private mutating func copied(_ value: PickleValue?) throws(FormatError) -> [PickleValue] {
    guard let value else { return [] }
    let items = heap.sequence(value) ?? heap.items(of: value, .set) ?? []
    try charge(items.count)
    return items
  }

  /// The items of a dictionary that is given as one, or as a list of pairs (Python 2).
  private mutating func pairs(_ value: PickleValue?) throws(FormatError) -> [PickleValue] {
    guard let value else { return [] }
    if let items = heap.items(of: value, .dictionary) {
      try charge(items.count)
      return items
    }
    var items: [PickleValue] = []
    for pair in try copied(value) {
      guard let pair = heap.sequence(pair), pair.count == 2 else {
        throw malformed("pairs of key and value", found: "something else")
      }
      items += pair
    }
    try charge(items.count)
    return items
  }

  /// Protocol 2 writes bytes as text whose characters are the bytes.
  private mutating func latin1(_ text: String) throws(FormatError) -> PickleValue {
    try charge(text.utf8.count)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else {
        throw malformed("characters of latin1", found: "U+" + String(scalar.value, radix: 16))
      }
      bytes.append(byte)
    }
    return .bytes(bytes)
  }

  private func deviceName(_ arguments: [PickleValue]) -> String {
    let type = arguments.first?.text ?? "unknown"
    return arguments.dropFirst().first?.size.map { "\(type):\($0)" } ?? type
  }
}

// MARK: - Tensors

extension PickleMachine {
  private static let tensorFunctions = [
    "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3",
  ]

  /// `(storage, offset, size, stride)`, then what does not matter here: whether it requires a
  /// gradient, hooks, and in version 3 its dtype.
  private mutating func tensor(
    _ name: String, _ arguments: [PickleValue]
  ) throws(FormatError) -> PickleValue {
    guard Self.tensorFunctions.contains(name), arguments.count >= 4 else { return opaque(name) }
    guard case .storage(let index) = arguments[0] else { return opaque("torch.Tensor") }
    guard let offset = arguments[1].size, let shape = heap.sizes(arguments[2]),
      let strides = heap.sizes(arguments[3]), shape.count == strides.count
    else { throw malformed("offset, shape and strides of a tensor", found: "something else") }
    let storage = heap.storages[index]
    var type = storage.type
    if name == Self.tensorFunctions[2] {
      guard arguments.count > 6, case .global(let dtype) = arguments[6],
        let named = StorageType(dtypeName: dtype)
      else { return opaque("torch.Tensor of an unknown type") }
      type = named
    } else if arguments.count > 6, heap.items(of: arguments[6], .dictionary)?.isEmpty == false {
      return opaque("torch.Tensor that is conjugated or negated")
    }
    switch type {
    case .other(let name, _): return opaque("torch.Tensor of \(name)")
    case .untyped: return opaque("torch.Tensor of bytes")
    case .known: break
    }
    heap.tensors.append(
      PickleTensor(storage: storage, type: type, offset: offset, shape: shape, strides: strides))
    return .tensor(heap.tensors.count - 1)
  }
}

// MARK: - Numpy

extension PickleMachine {
  private mutating func numpy(_ name: String, _ arguments: [PickleValue]) -> PickleValue {
    switch name {
    case "numpy.dtype": return node(.numpyType(arguments.first?.text ?? ""), [])
    case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar":
      guard arguments.count == 2, case .node(let index) = arguments[0],
        case .numpyType(let code) = heap.nodes[index].kind, case .bytes(let bytes) = arguments[1],
        let value = Self.scalar(code, bytes)
      else { return opaque(name) }
      return value
    case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct":
      if case .global(let type)? = arguments.first { return opaque(type) }
      return opaque(name)
    default: return opaque(name)
    }
  }

  /// A number from its bytes; `code` is numpy's byte order, kind and size: `<f8`, `|b1`.
  private static func scalar(_ code: String, _ bytes: [UInt8]) -> PickleValue? {
    guard let order = code.first, "<>|=".contains(order), bytes.count <= 8 else { return nil }
    let ordered = order == ">" ? bytes : bytes.reversed()
    let bits = ordered.reduce(into: UInt64(0)) { $0 = $0 << 8 | UInt64($1) }
    guard code.dropFirst(2) == "\(bytes.count)" else { return nil }
    switch code.dropFirst() {
    case "f8": return .float(Double(bitPattern: bits))
    case "f4": return .float(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
    case "f2": return .float(Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits))))
    case "b1": return .bool(bits != 0)
    case "i8": return .integer(Int64(bitPattern: bits))
    case "i4": return .integer(Int64(Int32(truncatingIfNeeded: bits)))
    case "i2": return .integer(Int64(Int16(truncatingIfNeeded: bits)))
    case "i1": return .integer(Int64(Int8(truncatingIfNeeded: bits)))
    case "u1", "u2", "u4", "u8": return Int64(exactly: bits).map { .integer($0) }
    default: return nil
    }
  }
}
