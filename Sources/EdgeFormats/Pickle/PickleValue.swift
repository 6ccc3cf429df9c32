/// A value on the pickle machine's stack. Containers are numbers of nodes in a ``PickleHeap``, as
/// Python's can be shared, changed later and contain themselves.
enum PickleValue {
  case null
  case bool(Bool)
  case integer(Int64)
  /// An integer beyond 64 bits: two's complement, little-endian.
  case wide([UInt8])
  case float(Double)
  case string(String)
  case bytes([UInt8])
  /// A class or function by its full name. It is never called.
  case global(String)
  case node(Int)
  /// A number in ``PickleHeap/storages``.
  case storage(Int)
  /// A number in ``PickleHeap/tensors``.
  case tensor(Int)
}

extension PickleValue {
  var text: String? { if case .string(let text) = self { text } else { nil } }

  /// A non-negative integer that fits `Int`.
  var size: Int? {
    guard case .integer(let value) = self, value >= 0 else { return nil }
    return Int(exactly: value)
  }

  var isTrue: Bool { if case .bool(true) = self { true } else { false } }

  /// What it is, in words, for error messages.
  var kind: String {
    switch self {
    case .null: "None"
    case .bool: "a bool"
    case .integer, .wide: "an integer"
    case .float: "a float"
    case .string: "a string"
    case .bytes: "bytes"
    case .global(let name): "the name \(name)"
    case .node: "a container or object"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// A container or an object.
struct PickleNode {
  enum Kind: Equatable {
    case list, tuple, set
    /// `items` alternates keys and values.
    case dictionary
    /// argparse.Namespace and the like: a dictionary that takes its items from its state.
    case namespace
    /// A numpy.dtype by its code, with the byte order in front once its state is known.
    case numpyType(String)
    /// A value of a class that is not rebuilt. What it holds is left out.
    case opaque(String)
  }

  var kind: Kind
  var items: [PickleValue] = []
}

/// A storage that tensors share, by its persistent id.
struct PickleStorage {
  let type: StorageType
  let key: String
  /// In elements; of an untyped storage, bytes.
  let count: Int
  /// Where a view of the legacy format starts in the storage `key`, in elements.
  var viewOffset = 0
}

/// A tensor as `torch._utils._rebuild_tensor_v2` describes it.
struct PickleTensor {
  let storage: PickleStorage
  let type: StorageType
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

/// All that a pickle has made. Nodes refer to each other by number, so that cycles neither leak
/// nor are released by recursion.
struct PickleHeap {
  var nodes: [PickleNode] = []
  var storages: [PickleStorage] = []
  var tensors: [PickleTensor] = []

  func items(of value: PickleValue, _ kind: PickleNode.Kind) -> [PickleValue]? {
    guard case .node(let index) = value, nodes[index].kind == kind else { return nil }
    return nodes[index].items
  }

  /// The elements of a tuple or list.
  func sequence(_ value: PickleValue) -> [PickleValue]? {
    items(of: value, .tuple) ?? items(of: value, .list)
  }

  /// A tuple of non-negative integers, as shapes are written.
  func sizes(_ value: PickleValue, limit: Int = 64) -> [Int]? {
    guard let items = sequence(value), items.count <= limit else { return nil }
    let sizes = items.compactMap(\.size)
    return sizes.count == items.count ? sizes : nil
  }
}
