#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Cross-covariance attention (XCiT, arXiv:2106.09681; EdgeNeXt, `models/sdta_encoder.py`, `XCA`):
/// channels attend to channels. For every head of width d, with the columns of q and k scaled to
/// unit length over the tokens (denominator max(norm, 10⁻¹²)):
/// S = softmax(temperature · qᵀk), rows of d values; y = v Sᵀ.
///
/// - Inputs: `qkv` `[n, ..., 3c]`, the queries of all heads, then the keys, then the values; the
///   axes between are the tokens; `temperature` `[heads, 1, 1]`.
/// - Output: `[n, ..., c]`.
/// - Derivative: ``CrossCovarianceAttentionGradient``.
/// - Cost: 2 · tokens · c · c / heads multiply-adds for each of the batch.
public struct CrossCovarianceAttention: DifferentiableOperation {
  public static let name = "cross_covariance_attention"
  public let heads: Int

  public init(heads: Int) {
    precondition(heads > 0, "\(heads) heads")
    self.heads = heads
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let qkv = inputs[0]
    guard qkv.rank >= 2 else { throw .rank(expected: "2 or more [n, ..., 3c]", found: qkv) }
    guard qkv[-1] % (3 * heads) == 0 else {
      throw .extent(axis: qkv.rank - 1, expected: "a multiple of \(3 * heads)", found: qkv)
    }
    guard inputs[1] == [heads, 1, 1] else {
      throw .mismatch(expected: "a temperature of [\(heads), 1, 1]", found: [inputs[1]])
    }
    return qkv.replacing(axis: -1, with: qkv[-1] / 3)
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    let gradient = CrossCovarianceAttentionGradient(heads: heads)
    return Tensor(gradient, [dy] + inputs).parts(inputs.map(\.shape))
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let qkv = inputs[0]
    let channels = qkv[-1] / 3
    let width = channels / heads
    return Cost(
      multiplyAdds: 2 * qkv.rows * channels * width,
      operations: 4 * qkv.rows * channels + 6 * qkv[0] * channels * width,
      bytes: 4 * (qkv.count + qkv.rows * channels))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let qkv = inputs[0].shape
    let channels = qkv[-1] / 3
    let tokens = qkv.rows / qkv[0]
    var output = Reference(
      shape: qkv.replacing(axis: -1, with: channels),
      values: [Double](repeating: 0, count: qkv.rows * channels))
    for image in 0..<qkv[0] {
      for head in 0..<heads {
        let rows = image * tokens..<(image + 1) * tokens
        attend(inputs, head: head, rows: rows, channels: channels, to: &output.values)
      }
    }
    return output
  }

  private func attend(
    _ inputs: [Reference], head: Int, rows: Range<Int>, channels: Int, to output: inout [Double]
  ) {
    let width = channels / heads
    func column(_ part: Int, _ channel: Int) -> [Double] {
      rows.map { inputs[0].values[$0 * 3 * channels + part * channels + head * width + channel] }
    }
    func unit(_ x: [Double]) -> [Double] {
      let norm = max(x.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
      return x.map { $0 / norm }
    }
    let keys = (0..<width).map { unit(column(1, $0)) }
    let values = (0..<width).map { column(2, $0) }
    for i in 0..<width {
      let query = unit(column(0, i))
      let scores = keys.map { key in
        inputs[1].values[head] * zip(query, key).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let largest = scores.max() ?? 0
      let weights = scores.map { exp($0 - largest) }
      let total = weights.reduce(0, +)
      for (token, row) in rows.enumerated() {
        let sum = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1[token] }
        output[row * channels + head * width + i] = sum / total
      }
    }
  }
}
