/// The place of the largest number along the last axis, of equal ones the first; 0 where there is no
/// number.
///
/// - Input: `[..., k]`. Output: `[...]`, whole numbers.
/// - Cost: one operation per element of the input.
public struct ArgMax: Operation {
  public static let name = "argmax"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let x = inputs[0]
    guard x.rank >= 2 else { throw .rank(expected: "at least 2", found: x) }
    guard x[-1] > 0 else { throw .extent(axis: x.rank - 1, expected: "at least 1", found: x) }
    return Shape(x.dimensions.dropLast())
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let x = inputs[0]
    return Cost(operations: x.count, bytes: 4 * (x.count + x.count / x[-1]))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = inputs[0].mapRows { row in
      let largest = row.filter { !$0.isNaN }.max()
      return [Double(row.firstIndex { $0 == largest }.map { $0 - row.startIndex } ?? 0)]
    }
    return Reference(shape: Shape(inputs[0].shape.dimensions.dropLast()), values: values)
  }
}
