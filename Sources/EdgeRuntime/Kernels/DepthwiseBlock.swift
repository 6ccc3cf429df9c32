import EdgeGraph

/// A linear map, a depthwise convolution and another linear map over bands of rows, so that the wide
/// tensors between them stay in the cache: the blocks of MobileNetV2 and its kin, and the local
/// aggregation of EdgeViT.
///
/// - Inputs: `x` `[n, h, w, in]`; `w1` `[hidden, in]` and `b1` if it expands; the convolution's
///   weight `[hidden, 1, kh, kw]` and bias; `w2` `[out, hidden]`, `b2`; then the residual if there is
///   one.
/// - Output: `[n, oh, ow, out]`.
struct DepthwiseBlock: Operation {
  static let name = "depthwise_block"
  /// With biases; nil without an expansion.
  var expansion: MatrixProduct?
  var middle: DepthwiseProduct
  /// With a bias, without a residual.
  var projection: MatrixProduct
  var hasResidual: Bool

  /// The index of the convolution's weight among the inputs.
  var middleIndex: Int { expansion == nil ? 1 : 3 }
  var residualIndex: Int? { hasResidual ? middleIndex + 4 : nil }

  private var end: MatrixProduct {
    var copy = projection
    copy.hasResidual = hasResidual
    return copy
  }

  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try end.outputShape([try widths(inputs).output] + inputs[(middleIndex + 2)...])
  }

  /// The shapes that the convolution reads and writes.
  func widths(_ inputs: [Shape]) throws(ShapeError) -> (input: Shape, output: Shape) {
    let wide = try expansion?.outputShape(Array(inputs[..<3])) ?? inputs[0]
    let output = try middle.outputShape([wide] + inputs[middleIndex..<middleIndex + 2])
    return (wide, output)
  }

  func cost(_ inputs: [Shape]) -> Cost {
    let wide = inputs[0].replacing(axis: -1, with: inputs[middleIndex][0])
    let first = expansion?.cost(Array(inputs[..<3])) ?? Cost()
    let filter = [wide] + inputs[middleIndex..<middleIndex + 2]
    // Shapes that the shape rule has accepted.
    guard let narrow = try? middle.outputShape(filter) else { return first }
    return first + middle.cost(filter) + end.cost([narrow] + inputs[(middleIndex + 2)...])
  }

  func reference(_ inputs: [Reference]) -> Reference {
    let wide = expansion?.reference(Array(inputs[..<3])) ?? inputs[0]
    let filtered = middle.reference([wide] + inputs[middleIndex..<middleIndex + 2])
    return end.reference([filtered] + inputs[(middleIndex + 2)...])
  }
}
