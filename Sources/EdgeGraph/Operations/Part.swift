/// A range of a flat tensor under a shape of its own. An operation with several results puts them
/// one after another in a flat tensor; this is how they are told apart.
///
/// - Input: `x` `[count]`. Output: `shape`, the elements of `x` from `offset` on. Cost: none, it is
///   a view.
public struct Part: Operation {
  public static let name = "part"
  public let offset: Int
  public let shape: Shape

  /// - Parameter offset: not negative.
  public init(offset: Int, shape: Shape) {
    precondition(offset >= 0, "\(offset)")
    self.offset = offset
    self.shape = shape
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs[0].rank == 1 else { throw .rank(expected: "1", found: inputs[0]) }
    guard offset + shape.count <= inputs[0].count else {
      throw .extent(axis: 0, expected: "at least \(offset + shape.count)", found: inputs[0])
    }
    return shape
  }

  public func cost(_ inputs: [Shape]) -> Cost { Cost() }

  public func reference(_ inputs: [Reference]) -> Reference {
    Reference(shape: shape, values: Array(inputs[0].values[offset..<offset + shape.count]))
  }
}

extension Tensor {
  /// The consecutive parts of a flat tensor.
  public func parts(_ shapes: [Shape]) -> [Tensor] {
    var offset = 0
    return shapes.map { shape in
      defer { offset += shape.count }
      return Tensor(Part(offset: offset, shape: shape), [self])
    }
  }
}
