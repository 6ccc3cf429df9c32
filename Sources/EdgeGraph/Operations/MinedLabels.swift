/// The labels of default boxes with those of the background thinned out (hard negative mining, SSD,
/// arXiv:1512.02325, section 2.2): positive labels stay; of the background's, which are 0, as many as
/// the whole part of `ratio` times the image's positive ones stay, those with the largest loss
/// −log softmax(z)₀ and of equal losses the first; all others become −1, which
/// ``IndexedCrossEntropy`` leaves out.
///
/// - Inputs: confidences `[n, anchors, k]`, of which class 0 is the background; labels
///   `[n, anchors]`. Output: `[n, anchors]`.
/// - Derivative: none; what is chosen counts as given.
/// - Cost: 7 operations per confidence, 32 per anchor.
public struct MinedLabels: DifferentiableOperation {
  public static let name = "mined_labels"
  /// Background anchors for each positive one.
  public let ratio: Double

  /// - Parameter ratio: finite, not negative.
  public init(ratio: Double) {
    precondition(ratio >= 0 && ratio.isFinite, "\(ratio)")
    self.ratio = ratio
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs[0].rank == 3 else {
      throw .rank(expected: "3 [n, anchors, k]", found: inputs[0])
    }
    return try LossRows.labelShape(inputs[0], inputs[1])
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] { [nil, nil] }

  public func cost(_ inputs: [Shape]) -> Cost {
    let (confidences, labels) = (inputs[0].count, inputs[1].count)
    return Cost(
      operations: 7 * confidences + 32 * labels, bytes: 4 * (confidences + 2 * labels))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let labels = inputs[1]
    let losses = (0..<labels.shape.count).map { -logSoftmax(inputs[0].row($0))[0] }
    let anchors = labels.shape[1]
    let values = (0..<labels.shape[0]).flatMap { image in
      let range = image * anchors..<(image + 1) * anchors
      return mined(Array(labels.values[range]), Array(losses[range]))
    }
    return Reference(shape: labels.shape, values: values)
  }

  /// Those of one image.
  private func mined(_ labels: [Double], _ losses: [Double]) -> [Double] {
    let positives = labels.count(where: { $0 > 0 })
    let background = labels.indices.filter { labels[$0] == 0 }
    let hardest = background.sorted { a, b in
      losses[a] != losses[b] ? losses[a] > losses[b] : a < b
    }
    let count = min(ratio * Double(positives), Double(background.count))
    var result = labels.map { $0 > 0 ? $0 : -1 }
    for index in hardest.prefix(Int(count)) { result[index] = 0 }
    return result
  }
}
