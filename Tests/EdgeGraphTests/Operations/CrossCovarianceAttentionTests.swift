import EdgeGraph
import Foundation
import TestSupport
import Testing

@Suite struct CrossCovarianceAttentionTests {
  /// One head of width 2, keys equal to queries: the columns are orthogonal, so that qᵀk is the
  /// identity and every row of the softmax is (e, 1) / (e + 1) or (1, e) / (e + 1).
  @Test func computesByHand() {
    let qkv = Reference(shape: [1, 2, 6], values: [3, 0, 3, 0, 1, 2, 0, 5, 0, 5, 3, 4])
    let temperature = Reference(shape: [1, 1, 1], values: [1])
    let y = CrossCovarianceAttention(heads: 1).reference([qkv, temperature])
    let (near, far) = (M_E / (M_E + 1), 1 / (M_E + 1))
    let expected = [
      near * 1 + far * 2, far * 1 + near * 2, near * 3 + far * 4, far * 3 + near * 4,
    ]
    #expect(y.shape == [1, 2, 2])
    #expect(largestDifference(y.values, expected) < 1e-15)
  }

  @Test(arguments: [(heads: 1, width: 3), (heads: 2, width: 2), (heads: 4, width: 1)])
  func agreesWithMatrices(heads: Int, width: Int) {
    var rng = SplitMix64(seed: UInt64(heads))
    let channels = heads * width
    let qkv = Reference.random([2, 5, 1, 3 * channels], in: -3...3, using: &rng)
    let temperature = Reference.random([heads, 1, 1], in: 0.5...20, using: &rng)
    let y = CrossCovarianceAttention(heads: heads).reference([qkv, temperature])
    #expect(y.shape == [2, 5, 1, channels])
    for image in 0..<2 {
      for head in 0..<heads {
        func part(_ index: Int) -> Matrix {
          Matrix(rows: 5, columns: width) { token, c in
            let row = (image * 5 + token) * 3 * channels
            return qkv.values[row + index * channels + head * width + c]
          }
        }
        let scores = part(0).unitColumns.transposed * part(1).unitColumns
        let expected =
          part(2) * scores.scaled(by: temperature.values[head]).softmaxOfRows.transposed
        let found = Matrix(rows: 5, columns: width) { token, c in
          y.values[(image * 5 + token) * channels + head * width + c]
        }
        // Another order of the same sums; scores reach 20 and errors grow with their exponentials.
        #expect(largestDifference(found.values, expected.values) < 1e-12)
      }
    }
  }

  /// A column of zeros has no direction; its scores are 0, not NaN. Large scores don't overflow.
  @Test func isStable() {
    let qkv = Reference(shape: [1, 1, 6], values: [0, 1, 0, 1, 5, 7])
    let hot = Reference(shape: [1, 1, 1], values: [2000])
    let y = CrossCovarianceAttention(heads: 1).reference([qkv, hot])
    #expect(y.values == [6, 7])
  }

  @Test func dropsTwoThirdsOfTheChannels() throws {
    let attention = CrossCovarianceAttention(heads: 2)
    #expect(try attention.outputShape([[3, 4, 5, 12], [2, 1, 1]]) == [3, 4, 5, 4])
    #expect(try attention.outputShape([[3, 12], [2, 1, 1]]) == [3, 4])
  }

  @Test func shapeErrors() {
    let attention = CrossCovarianceAttention(heads: 2)
    #expect(throws: ShapeError.rank(expected: "2 or more [n, ..., 3c]", found: [12])) {
      try attention.outputShape([[12], [2, 1, 1]])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "a multiple of 6", found: [1, 9])) {
      try attention.outputShape([[1, 9], [2, 1, 1]])
    }
    #expect(throws: ShapeError.mismatch(expected: "a temperature of [2, 1, 1]", found: [[2]])) {
      try attention.outputShape([[1, 12], [2]])
    }
  }

  /// Two products of width x width x tokens for every head and image.
  @Test func costs() {
    let cost = CrossCovarianceAttention(heads: 2).cost([[3, 10, 24], [2, 1, 1]])
    #expect(cost.multiplyAdds == 2 * 3 * 2 * (4 * 4 * 10))
    #expect(cost.bytes == 4 * (720 + 240))
  }

  @Test func noHeadsAreABug() async {
    await #expect(processExitsWith: .failure) { _ = CrossCovarianceAttention(heads: 0) }
  }
}

/// Just enough linear algebra to write the attention as its paper does.
private struct Matrix {
  let rows, columns: Int
  var values: [Double]

  init(rows: Int, columns: Int, _ value: (Int, Int) -> Double) {
    self.rows = rows
    self.columns = columns
    values = (0..<rows).flatMap { i in (0..<columns).map { j in value(i, j) } }
  }

  subscript(i: Int, j: Int) -> Double { values[i * columns + j] }

  var transposed: Matrix { Matrix(rows: columns, columns: rows) { self[$1, $0] } }

  static func * (a: Matrix, b: Matrix) -> Matrix {
    Matrix(rows: a.rows, columns: b.columns) { i, j in
      (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[$1, j] }
    }
  }

  func scaled(by factor: Double) -> Matrix {
    Matrix(rows: rows, columns: columns) { self[$0, $1] * factor }
  }

  var unitColumns: Matrix {
    let norms = (0..<columns).map { j in
      (0..<rows).reduce(0) { $0 + self[$1, j] * self[$1, j] }.squareRoot()
    }
    return Matrix(rows: rows, columns: columns) { self[$0, $1] / norms[$1] }
  }

  var softmaxOfRows: Matrix {
    let sums = (0..<rows).map { i in (0..<columns).reduce(0) { $0 + exp(self[i, $1]) } }
    return Matrix(rows: rows, columns: columns) { exp(self[$0, $1]) / sums[$0] }
  }
}
