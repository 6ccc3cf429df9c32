#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Softmax attention among the tokens of an image (arXiv:1706.03762; EdgeViT, `src/edgevit.py`,
/// `GlobalSparseAttn`): for every head of width d, y = softmax(q kᵀ / √d) v, the softmax over the
/// keys with the largest score subtracted.
///
/// With a `patch` of p (MobileViT, arXiv:2110.02178), a token attends only to those at its own
/// offset in the patches of p x p pixels: to the pixels whose row and column leave the same
/// remainders. Patches are never unfolded.
///
/// - Input: `qkv` `[n, ..., 3c]`, the queries of all heads, then the keys, then the values; the axes
///   between are the tokens. With a patch `[n, h, w, 3c]`, h and w being multiples of it.
/// - Output: `[n, ..., c]`.
/// - Derivative: ``SoftmaxAttentionGradient``.
/// - Cost: 2 · tokens² · c multiply-adds for every group of tokens that attend to each other.
public struct SoftmaxAttention: DifferentiableOperation {
  public static let name = "softmax_attention"
  public let heads: Int
  public let patch: Int

  /// - Parameters heads, patch: at least 1.
  public init(heads: Int, patch: Int = 1) {
    precondition(heads > 0 && patch > 0, "\(heads) heads, patches of \(patch)")
    self.heads = heads
    self.patch = patch
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let qkv = inputs[0]
    guard qkv.rank >= 2 else { throw .rank(expected: "2 or more [n, ..., 3c]", found: qkv) }
    guard qkv[-1] % (3 * heads) == 0 else {
      throw .extent(axis: qkv.rank - 1, expected: "a multiple of \(3 * heads)", found: qkv)
    }
    if patch > 1 {
      guard qkv.rank == 4 else { throw .rank(expected: "4 [n, h, w, 3c]", found: qkv) }
      for axis in 1...2 where qkv[axis] % patch != 0 {
        throw .extent(axis: axis, expected: "a multiple of \(patch)", found: qkv)
      }
    }
    return qkv.replacing(axis: -1, with: qkv[-1] / 3)
  }

  public func pullback(_ dy: Tensor, inputs: [Tensor], output: Tensor) -> [Tensor?] {
    [Tensor(SoftmaxAttentionGradient(heads: heads, patch: patch), [dy, inputs[0]])]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let qkv = inputs[0]
    let groups = TokenGroups(qkv, patch: patch)
    let pairs = groups.count * groups.tokens * groups.tokens
    return Cost(
      multiplyAdds: 2 * pairs * qkv[-1] / 3, operations: 6 * pairs * heads,
      bytes: 4 * (qkv.count + qkv.count / 3))
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let qkv = inputs[0]
    var output = AttentionRows(
      Reference(
        shape: qkv.shape.replacing(axis: -1, with: qkv.shape[-1] / 3),
        values: [Double](repeating: 0, count: qkv.values.count / 3)))
    forEachHead(of: qkv) { rows, head, column in
      let weights = head.weights
      let y = (0..<rows.count).map { i in head.sum(head.v, times: weights[i]) }
      output.set(rows, from: column, to: y)
    }
    return output.value
  }

  /// Calls `body` with the rows of every group's tokens, one of its heads, and the first of the
  /// head's columns among the c of the output.
  func forEachHead(of qkv: Reference, _ body: ([Int], TokenHead, Int) -> Void) {
    let groups = TokenGroups(qkv.shape, patch: patch)
    let (matrix, channels) = (AttentionRows(qkv), qkv.shape[-1] / 3)
    let width = channels / heads
    for group in 0..<groups.count {
      let rows = groups.rows(group)
      for column in stride(from: 0, to: channels, by: max(width, 1)) {
        func part(_ index: Int) -> [[Double]] {
          matrix.get(rows, from: index * channels + column, width: width)
        }
        body(rows, TokenHead(q: part(0), k: part(1), v: part(2)), column)
      }
    }
  }
}

/// A tensor of which some columns of some rows are read and written.
struct AttentionRows {
  private(set) var value: Reference

  init(_ value: Reference) { self.value = value }

  func get(_ rows: [Int], from column: Int, width: Int) -> [[Double]] {
    rows.map { row in
      let start = row * value.shape.columns + column
      return Array(value.values[start..<start + width])
    }
  }

  mutating func set(_ rows: [Int], from column: Int, to numbers: [[Double]]) {
    for (row, list) in zip(rows, numbers) {
      let start = row * value.shape.columns + column
      value.values.replaceSubrange(start..<start + list.count, with: list)
    }
  }
}

/// One head of tokens that attend to each other, a list for each token.
struct TokenHead {
  let q, k, v: [[Double]]

  /// Of the scores: 1 / √d.
  var scale: Double { 1 / Double(q.first?.count ?? 1).squareRoot() }

  /// The softmax of every query's scores.
  var weights: [[Double]] {
    q.map { query in
      let scores = k.map { scale * dot(query, $0) }
      let largest = scores.max() ?? 0
      let values = scores.map { exp($0 - largest) }
      let total = values.reduce(0, +)
      return values.map { $0 / total }
    }
  }

  func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  func sum(_ rows: [[Double]], times factors: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rows[0].count)
    for (row, factor) in zip(rows, factors) {
      for index in row.indices { result[index] += factor * row[index] }
    }
    return result
  }
}
