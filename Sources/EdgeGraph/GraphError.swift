/// Why an operation can't take the shapes that it was given, or can't be differentiated.
public enum ShapeError: Error, Hashable, Sendable {
  case rank(expected: String, found: Shape)
  case extent(axis: Int, expected: String, found: Shape)
  case mismatch(expected: String, found: [Shape])
  case notDifferentiable
}

extension ShapeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .rank(let expected, let found):
      "expected rank \(expected), found \(found)"
    case .extent(let axis, let expected, let found):
      "expected \(expected) along axis \(axis), found \(found)"
    case .mismatch(let expected, let found):
      "expected \(expected), found \(found.map(\.description).joined(separator: " and "))"
    case .notDifferentiable:
      "it has no derivative"
    }
  }
}

/// The first operation of a graph whose shape rule failed.
public struct GraphError: Error, Hashable, Sendable {
  public let operation: String
  /// The full name of the layer.
  public let path: String
  public let inputs: [Shape]
  public let cause: ShapeError
}

extension GraphError: CustomStringConvertible {
  public var description: String {
    let place = path.isEmpty ? operation : "\(path) (\(operation))"
    return "\(place): \(cause)"
  }
}
