/// What a node computes. Attributes are stored properties, so that two nodes are equal only if all
/// attributes are. An operation has no side effects and no hidden state.
public protocol Operation: Hashable, Sendable {
  static var name: String { get }

  /// The shape of the result, or why these inputs don't fit.
  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape

  /// What one run costs. The shapes are such that ``outputShape(_:)`` accepts them.
  func cost(_ inputs: [Shape]) -> Cost

  /// The plain definition on double-precision arrays: the independent check of the kernels, and
  /// what folds constants.
  func reference(_ inputs: [Reference]) -> Reference
}

/// A value in double precision, elements in C order.
public struct Reference: Equatable, Sendable {
  public let shape: Shape
  public var values: [Double]

  public init(shape: Shape, values: [Double]) {
    precondition(values.count == shape.count, "\(values.count) values for \(shape)")
    self.shape = shape
    self.values = values
  }

  public init(_ data: TensorData) { self.init(shape: data.shape, values: data.doubles()) }

  /// One value for every row index and column index of the innermost axis.
  func mapRows(_ body: (ArraySlice<Double>) -> [Double]) -> [Double] {
    let columns = shape.columns
    return stride(from: 0, to: values.count, by: columns).flatMap { start in
      body(values[start..<start + columns])
    }
  }
}

/// What running something costs.
public struct Cost: Hashable, Sendable {
  /// Multiply-adds of products and convolutions, as papers count them.
  public var multiplyAdds: Int
  /// Other floating-point operations.
  public var operations: Int
  /// Bytes read and written in float32.
  public var bytes: Int

  public init(multiplyAdds: Int = 0, operations: Int = 0, bytes: Int = 0) {
    self.multiplyAdds = multiplyAdds
    self.operations = operations
    self.bytes = bytes
  }

  public static func + (a: Cost, b: Cost) -> Cost {
    Cost(
      multiplyAdds: a.multiplyAdds + b.multiplyAdds, operations: a.operations + b.operations,
      bytes: a.bytes + b.bytes)
  }

  /// `operations` per element of the output; every input is read and the output written once.
  static func elementwise(_ inputs: [Shape], output: Shape, operations: Int) -> Cost {
    let elements = inputs.reduce(output.count) { $0 + $1.count }
    return Cost(operations: operations * output.count, bytes: 4 * elements)
  }
}
