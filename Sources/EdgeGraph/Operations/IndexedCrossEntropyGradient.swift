#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The derivative of an ``IndexedCrossEntropy`` with respect to its logits: dy (softmax(z) less 1 at
/// the label), 0 in rows that don't count.
///
/// - Inputs: `dy` `[...]`; logits `[..., k]`; labels `[...]`. Output: `[..., k]`.
/// - Cost: 10 operations per logit.
public struct IndexedCrossEntropyGradient: Operation {
  public static let name = "indexed_cross_entropy_gradient"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let loss = try LossRows.labelShape(inputs[1], inputs[2])
    guard inputs[0] == loss else {
      throw .mismatch(expected: "a gradient of \(loss)", found: [inputs[0]])
    }
    return inputs[1]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (logits, labels) = (inputs[1].count, inputs[2].count)
    return Cost(operations: 10 * logits, bytes: 4 * 2 * (logits + labels))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let columns = inputs[1].shape.columns
    let rows = zip(inputs[0].values, inputs[2].values).enumerated()
    let values = rows.flatMap { row, pair -> [Double] in
      let (dy, label) = pair
      guard let index = IndexedCrossEntropy.index(label, of: columns) else {
        return [Double](repeating: 0, count: columns)
      }
      var gradient = logSoftmax(inputs[1].row(row)).map { dy * exp($0) }
      gradient[index] -= dy
      return gradient
    }
    return Reference(shape: inputs[1].shape, values: values)
  }
}
