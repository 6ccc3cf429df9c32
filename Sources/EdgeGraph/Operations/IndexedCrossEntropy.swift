/// The cross-entropy of logits with one class for every row: −log softmax(z) of that class, with the
/// maximum subtracted. A label is the class's number; rows of any other label, of a negative one by
/// agreement, count for nothing: their loss and its derivative are 0.
///
/// - Inputs: logits `[..., k]`; labels `[...]`. Output: `[...]`.
/// - Derivative: for the logits only, softmax(z) less 1 at the label.
/// - Cost: 7 operations per logit.
public struct IndexedCrossEntropy: DifferentiableOperation {
  public static let name = "indexed_cross_entropy"

  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try LossRows.labelShape(inputs[0], inputs[1])
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(IndexedCrossEntropyGradient(), [dy] + inputs), nil]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (logits, labels) = (inputs[0].count, inputs[1].count)
    return Cost(operations: 7 * logits, bytes: 4 * (logits + 2 * labels))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let values = inputs[1].values.enumerated().map { row, label -> Double in
      guard let index = Self.index(label, of: inputs[0].shape.columns) else { return 0 }
      return -logSoftmax(inputs[0].row(row))[index]
    }
    return Reference(shape: inputs[1].shape, values: values)
  }

  /// The class that a label means; nil for none.
  static func index(_ label: Double, of classes: Int) -> Int? {
    label >= 0 && label < Double(classes) ? Int(label) : nil
  }
}
