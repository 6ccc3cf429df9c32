import EdgeGraph

/// What a checkpoint file holds, as a tree; nothing in it is ever executed.
public indirect enum CheckpointValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case float(Double)
  case string(String)
  case bytes([UInt8])
  /// A list, tuple or set.
  case list([CheckpointValue])
  /// Keys and values in the order in which they were inserted.
  case dictionary([(key: CheckpointValue, value: CheckpointValue)])
  case tensor(TensorData)
  /// A value of a type that is not rebuilt, by its name in Python.
  case opaque(String)
}

extension CheckpointValue {
  /// The items of a dictionary.
  public var items: [(key: CheckpointValue, value: CheckpointValue)]? {
    if case .dictionary(let items) = self { items } else { nil }
  }

  /// The value under a key of a dictionary, as text.
  public subscript(key: String) -> CheckpointValue? {
    items?.last { $0.key.keyText == key }?.value
  }

  public var text: String? { if case .string(let text) = self { text } else { nil } }

  public var tensor: TensorData? { if case .tensor(let tensor) = self { tensor } else { nil } }

  /// A list of nothing but strings.
  public var texts: [String]? {
    guard case .list(let values) = self, !values.isEmpty else { return nil }
    let texts = values.compactMap(\.text)
    return texts.count == values.count ? texts : nil
  }

  /// How a dictionary's key is written in a path: text or an integer.
  var keyText: String? {
    switch self {
    case .string(let text): text
    case .integer(let value): String(value)
    default: nil
    }
  }

  /// What it is, in words.
  var kind: String {
    switch self {
    case .null: "None"
    case .bool: "a bool"
    case .integer: "an integer"
    case .float: "a float"
    case .string: "a string"
    case .bytes: "bytes"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .tensor: "a tensor"
    case .opaque(let name): "an object of \(name)"
    }
  }
}
