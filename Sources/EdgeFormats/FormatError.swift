/// What is wrong with a file of weights or labels. Every case names the file.
public enum FormatError: Error, Equatable, Sendable {
  /// The system refused to open, read or write.
  case system(path: String, operation: String, reason: String)
  /// There is no room for a file on its disk; both in bytes.
  case diskFull(path: String, needed: Int, available: Int)
  /// The content is none of the formats that are read; `resembles` says what it looks like.
  case unrecognized(path: String, resembles: String?)
  /// A known form that is not read; `advice` says what to do instead.
  case unsupported(path: String, place: String, feature: String, advice: String)
  /// The content contradicts itself, its format, or its length.
  case malformed(path: String, place: String, expected: String, found: String)
  /// Reading it would take more memory, time or nesting than such a file needs.
  case limit(path: String, place: String, quantity: String, limit: Int)
  /// A name that must be unique is there twice.
  case duplicate(path: String, place: String, name: String)
  /// The key that was asked for leads to no weights.
  case noSuchKey(path: String, key: String, available: [String])
  /// No key was asked for, and none of the usual places holds weights.
  case noWeights(path: String, root: String, available: [String])
}

extension FormatError: CustomStringConvertible {
  /// One sentence, safe to print: names from the file lose control characters, and their end where
  /// they are very long.
  public var description: String {
    let scalars = text.unicodeScalars.prefix(2000).map { scalar in
      scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private var text: String {
    switch self {
    case .system(let path, let operation, let reason):
      "\(path): cannot \(operation): \(reason)"
    case .diskFull(let path, let needed, let available):
      "\(path): no room on the disk: \(needed) bytes are needed, \(available) are free; "
        + "free \(max(needed - available, 0)) bytes or write elsewhere"
    case .unrecognized(let path, let resembles):
      "\(path): not a PyTorch checkpoint or a safetensors file"
        + (resembles.map { "; it looks like \($0)" } ?? "")
    case .unsupported(let path, let place, let feature, let advice):
      "\(path): \(place): \(feature) is not supported; \(advice)"
    case .malformed(let path, let place, let expected, let found):
      "\(path): \(place): expected \(expected), found \(found); "
        + "the file is damaged or incomplete, fetch or save it again"
    case .limit(let path, let place, let quantity, let limit):
      "\(path): \(place): \(quantity) exceeds the limit of \(limit) for such a file"
    case .duplicate(let path, let place, let name):
      "\(path): \(place): '\(name)' is there twice; save the file again"
    case .noSuchKey(let path, let key, let available):
      "\(path): no weights under key '\(key)'; " + Self.advice(available)
    case .noWeights(let path, let root, let available):
      "\(path): no weights at the top level (\(root)) or under the usual keys; "
        + Self.advice(available)
    }
  }

  private static func advice(_ available: [String]) -> String {
    available.isEmpty
      ? "no key holds tensors by name; save the model's state_dict()"
      : "keys that hold tensors: "
        + available.map { $0.isEmpty ? "the top level" : "'\($0)'" }.joined(separator: ", ")
  }
}
