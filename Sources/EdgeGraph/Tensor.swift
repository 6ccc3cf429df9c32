import Synchronization

/// A symbolic tensor: an input, a parameter, a constant, or the result of an operation. Operations
/// on it are recorded, not run.
public struct Tensor: Sendable {
  package let node: Node

  package init(_ node: Node) { self.node = node }

  public var shape: Shape { node.shape }
  public var dtype: DType { node.dtype }

  /// A value given anew at every run.
  public static func input(_ name: String, shape: Shape, dtype: DType = .float32) -> Tensor {
    Tensor(Node(.input(name), inputs: [], shape: shape, dtype: dtype, path: ""))
  }

  /// A value known while the graph is recorded.
  public static func constant(_ data: TensorData) -> Tensor {
    Tensor(Node(.constant(data), inputs: [], shape: data.shape, dtype: data.dtype, path: ""))
  }

  /// A named value that belongs to a model.
  public static func parameter(_ value: ParameterValue) -> Tensor {
    Tensor(
      Node(
        .parameter(value), inputs: [], shape: value.shape, dtype: value.dtype, path: value.name))
  }

  /// Records an operation. A failed shape rule gives a poisoned tensor, which
  /// ``Graph/init(outputs:)`` reports; operations on a poisoned tensor are poisoned by it.
  ///
  /// - Parameter path: the layer's full name, for errors and random streams; without one, the
  ///   nearest of the inputs' paths.
  public init(_ operation: some Operation, _ inputs: [Tensor], at path: String? = nil) {
    let path = path ?? inputs.first { $0.node.isOperation }?.node.path ?? ""
    let dtype = inputs.first?.dtype ?? .float32
    if let poisoned = inputs.first(where: { $0.node.error != nil }) {
      self = poisoned
      return
    }
    let shapes = inputs.map(\.shape)
    do throws(ShapeError) {
      let shape = try operation.outputShape(shapes)
      node = Node(.operation(operation), inputs: inputs, shape: shape, dtype: dtype, path: path)
    } catch {
      let failure = GraphError(
        operation: type(of: operation).name, path: path, inputs: shapes, cause: error)
      node = Node(.poison(failure), inputs: [], shape: [], dtype: dtype, path: path)
    }
  }
}

/// A vertex of the graph. Everything about it is fixed when it is made.
package final class Node: Sendable {
  package enum Kind: Sendable {
    case input(String)
    case parameter(ParameterValue)
    case constant(TensorData)
    case operation(any Operation)
    case poison(GraphError)
  }

  package let kind: Kind
  package let shape: Shape
  package let dtype: DType
  /// The full name of the layer that recorded the node.
  package let path: String
  package var inputs: [Tensor] { unsafe storedInputs }
  // Written once more, in deinit, when no other reference is left.
  private nonisolated(unsafe) var storedInputs: [Tensor]

  package init(_ kind: Kind, inputs: [Tensor], shape: Shape, dtype: DType, path: String) {
    self.kind = kind
    self.shape = shape
    self.dtype = dtype
    self.path = path
    unsafe storedInputs = inputs
  }

  /// Releases long chains in a loop; by recursion they would overflow the stack.
  deinit {
    var pending = unsafe storedInputs.map(\.node)
    unsafe storedInputs = []
    while var node = pending.popLast() {
      guard isKnownUniquelyReferenced(&node) else { continue }
      pending += unsafe node.storedInputs.map(\.node)
      unsafe node.storedInputs = []
    }
  }

  package var operation: (any Operation)? {
    if case .operation(let operation) = kind { operation } else { nil }
  }

  package var isOperation: Bool { operation != nil }

  package var error: GraphError? {
    if case .poison(let error) = kind { error } else { nil }
  }

  package var id: ObjectIdentifier { ObjectIdentifier(self) }
}

/// The value of a named parameter, shared by every graph recorded from the same model. It may be
/// released once packed copies of it have been made.
public final class ParameterValue: Sendable {
  public let name: String
  public let shape: Shape
  public let dtype: DType
  /// Whether it belongs to a layer without being trained, such as running statistics.
  public let isBuffer: Bool
  private let data: Mutex<TensorData?>

  /// - Parameter data: nil for a parameter of which only the shape is known.
  public init(
    name: String, shape: Shape, dtype: DType = .float32, isBuffer: Bool = false,
    data: TensorData?
  ) {
    precondition(data.map { $0.shape == shape } ?? true, "'\(name)': \(shape) is not the data's")
    self.name = name
    self.shape = shape
    self.dtype = dtype
    self.isBuffer = isBuffer
    self.data = Mutex(data)
  }

  /// The value, nil where only the shape is known or the value was released.
  public var value: TensorData? { data.withLock { $0 } }

  /// Lets go of the value, and so of the mapped file that may hold it.
  public func release() { data.withLock { $0 = nil } }

  /// Moves the value out of a mapped file into memory of its own.
  public func detach() {
    data.withLock { held in
      guard let value = held else { return }
      let copy = ArrayStorage(value.bytes())
      held = TensorData(shape: value.shape, dtype: value.dtype, storage: copy)
    }
  }
}
