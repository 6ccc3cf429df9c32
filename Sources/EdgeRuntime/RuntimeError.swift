import EdgeGraph

/// Why a graph can't be planned or run.
public enum RuntimeError: Error, Equatable, Sendable {
  case instructionSet(name: String, available: [ISA])
  case unsupported(operation: String, path: String, reason: String)
  /// A parameter that a new program needs has no value: the model was built from shapes only, or
  /// the value was released after packing.
  case noValue(parameter: String)
  case memory(bytes: Int)
}

extension RuntimeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .instructionSet(let name, let available):
      "EDGEVISION_ISA: '\(name)' is unknown or not available here; available: "
        + available.map(\.rawValue).joined(separator: ", ")
    case .unsupported(let operation, let path, let reason):
      "\(path.isEmpty ? operation : "\(path) (\(operation))"): no kernel: \(reason)"
    case .noValue(let parameter):
      "parameter '\(parameter)' has no value; load the weights again"
    case .memory(let bytes):
      "no memory for \(bytes) bytes of activations; use a smaller batch or image"
    }
  }
}
