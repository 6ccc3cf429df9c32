#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the losses of a matrix of logits share: rows of classes, a number for each row.
enum LossRows {
  /// The shape of a loss of logits and something of the same shape.
  static func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let (logits, other) = (inputs[0], inputs[1])
    guard logits.rank == 2 else { throw .rank(expected: "2", found: logits) }
    guard logits[1] > 0 else { throw .extent(axis: 1, expected: "at least 1", found: logits) }
    guard other == logits else {
      throw .mismatch(expected: "two matrices [n, k] of one shape", found: inputs)
    }
    return [logits[0]]
  }

  /// The shape of the derivative of a loss for the logits; the first input is that for the loss.
  static func gradientShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let loss = try outputShape(Array(inputs.dropFirst()))
    guard inputs[0] == loss else {
      throw .mismatch(expected: "a gradient of \(loss)", found: [inputs[0]])
    }
    return inputs[1]
  }

  /// The shape of what has a number for every row of some numbers, labels and losses among them.
  static func labelShape(_ rows: Shape, _ labels: Shape) throws(ShapeError) -> Shape {
    guard rows.rank >= 2 else { throw .rank(expected: "at least 2", found: rows) }
    guard rows[-1] > 0 else {
      throw .extent(axis: rows.rank - 1, expected: "at least 1", found: rows)
    }
    let expected = Shape(rows.dimensions.dropLast())
    guard labels == expected else {
      throw .mismatch(expected: "labels of \(expected)", found: [rows, labels])
    }
    return labels
  }

  /// - Parameter operations: per logit.
  static func cost(_ inputs: [Shape], operations: Int) -> Cost {
    let logits = inputs[inputs.count - 1]
    return Cost(
      operations: operations * logits.count, bytes: 4 * (logits[0] + inputs.count * logits.count))
  }

  static func reference(
    _ inputs: [Reference], _ loss: (ArraySlice<Double>, ArraySlice<Double>) -> Double
  ) -> Reference {
    let rows = inputs[0].shape.rows
    let values = (0..<rows).map { loss(inputs[0].row($0), inputs[1].row($0)) }
    return Reference(shape: [rows], values: values)
  }

  /// The derivative for the logits, given that of every row's own loss.
  static func gradientReference(
    _ inputs: [Reference], _ gradient: (ArraySlice<Double>, ArraySlice<Double>) -> [Double]
  ) -> Reference {
    let values = inputs[0].values.enumerated().flatMap { index, dy in
      gradient(inputs[1].row(index), inputs[2].row(index)).map { dy * $0 }
    }
    return Reference(shape: inputs[1].shape, values: values)
  }
}

extension Reference {
  /// The numbers of one row of a matrix.
  func row(_ index: Int) -> ArraySlice<Double> {
    values[index * shape.columns..<(index + 1) * shape.columns]
  }
}

/// log softmax(z), with the maximum subtracted.
func logSoftmax(_ logits: some Collection<Double>) -> [Double] {
  let top = logits.max() ?? 0
  let logarithm = log(logits.reduce(0) { $0 + exp($1 - top) })
  return logits.map { $0 - top - logarithm }
}
