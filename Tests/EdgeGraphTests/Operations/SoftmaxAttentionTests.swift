import Foundation
import TestSupport
import Testing

@testable import EdgeGraph

@Suite struct SoftmaxAttentionTests {
  /// One head of width 1: scores 0 and log 3 for the first query, 0 and 0 for the second.
  @Test func computesByHand() {
    let qkv = Reference(shape: [1, 2, 3], values: [log(3), 0, 4, 0, 1, 8])
    let y = SoftmaxAttention(heads: 1).reference([qkv])
    #expect(y.shape == [1, 2, 1])
    #expect(largestDifference(y.values, [7, 6]) < 1e-14)
  }

  /// Of width 4, scores are divided by 2.
  @Test func scoresAreDividedByTheRootOfTheWidth() {
    let query = [2 * Foundation.log(3.0), 0, 0, 0]
    let tokens: [[Double]] = [
      query + [0, 0, 0, 0] + [4, 4, 4, 4], query + [1, 0, 0, 0] + [8, 8, 8, 8],
    ]
    let y = SoftmaxAttention(heads: 1).reference([
      Reference(shape: [1, 2, 12], values: tokens.flatMap(\.self))
    ])
    #expect(largestDifference(y.values, [Double](repeating: 7, count: 8)) < 1e-14)
  }

  /// Two heads are two attentions of their own channels.
  @Test func headsAreApart() {
    var rng = SplitMix64(seed: 3)
    let qkv = Reference.random([2, 5, 18], in: -2...2, using: &rng)
    let y = SoftmaxAttention(heads: 2).reference([qkv])
    for head in 0..<2 {
      let channels = (0..<3).flatMap { part in (0..<3).map { part * 6 + head * 3 + $0 } }
      let own = qkv.columns(channels)
      let expected = SoftmaxAttention(heads: 1).reference([own])
      #expect(y.columns([0, 1, 2].map { head * 3 + $0 }) == expected)
    }
  }

  /// A patch's attention is that of the tokens at one offset, gathered to an image of their own.
  @Test(arguments: [1, 2, 3])
  func offsetsAreApart(patch: Int) {
    var rng = SplitMix64(seed: 5)
    let qkv = Reference.random([1, 6, 12, 12], in: -2...2, using: &rng)
    let y = SoftmaxAttention(heads: 2, patch: patch).reference([qkv])
    for row in 0..<patch {
      for column in 0..<patch {
        let pixels = (0..<72).filter {
          $0 / 12 % patch == row && $0 % 12 % patch == column
        }
        let expected = SoftmaxAttention(heads: 2).reference([qkv.rows(pixels)])
        #expect(y.rows(pixels) == expected)
      }
    }
  }

  /// Another order of the tokens orders the results.
  @Test func orderDoesNotMatter() {
    var rng = SplitMix64(seed: 7)
    let qkv = Reference.random([1, 7, 12], in: -3...3, using: &rng)
    let order = Array(0..<7).shuffled(using: &rng)
    let y = SoftmaxAttention(heads: 2).reference([qkv])
    let other = SoftmaxAttention(heads: 2).reference([qkv.rows(order)])
    #expect(largestDifference(other.values, y.rows(order).values) < 1e-14)
  }

  /// Scores of a million don't overflow: the key with the larger one is all that counts.
  @Test func isStable() {
    let qkv = Reference(shape: [1, 2, 3], values: [1000, 1000, 5, -1000, 999, 7])
    #expect(SoftmaxAttention(heads: 1).reference([qkv]).values == [5, 7])
  }

  @Test func dropsTwoThirdsOfTheChannels() throws {
    #expect(try SoftmaxAttention(heads: 2).outputShape([[3, 4, 5, 12]]) == [3, 4, 5, 4])
    #expect(try SoftmaxAttention(heads: 2).outputShape([[3, 12]]) == [3, 4])
    #expect(try SoftmaxAttention(heads: 1, patch: 2).outputShape([[3, 4, 6, 12]]) == [3, 4, 6, 4])
  }

  @Test func shapeErrors() {
    #expect(throws: ShapeError.rank(expected: "2 or more [n, ..., 3c]", found: [12])) {
      try SoftmaxAttention(heads: 2).outputShape([[12]])
    }
    #expect(throws: ShapeError.extent(axis: 1, expected: "a multiple of 6", found: [1, 9])) {
      try SoftmaxAttention(heads: 2).outputShape([[1, 9]])
    }
    let patches = SoftmaxAttention(heads: 1, patch: 2)
    #expect(throws: ShapeError.rank(expected: "4 [n, h, w, 3c]", found: [2, 4, 3])) {
      try patches.outputShape([[2, 4, 3]])
    }
    #expect(
      throws: ShapeError.extent(axis: 2, expected: "a multiple of 2", found: [2, 4, 5, 3])
    ) { try patches.outputShape([[2, 4, 5, 3]]) }
  }

  /// EdgeViT-XXS at 224 x 224: 14 x 14 tokens in the first two stages, 7 x 7 in the others. The
  /// number is that of its reference outputs.
  @Test func costs() {
    func products(_ side: Int, _ channels: Int, heads: Int) -> Int {
      SoftmaxAttention(heads: heads).cost([[1, side, side, 3 * channels]]).multiplyAdds
    }
    let stages = [
      products(14, 36, heads: 1), products(14, 72, heads: 2), products(7, 144, heads: 4),
      products(7, 288, heads: 8),
    ]
    #expect(stages[0] + stages[1] + 3 * stages[2] + 2 * stages[3] == 13_138_272)
    let patches = SoftmaxAttention(heads: 4, patch: 2).cost([[1, 32, 32, 3 * 144]])
    #expect(patches.multiplyAdds == 4 * 2 * 256 * 256 * 144)
    #expect(patches.bytes == 4 * 32 * 32 * 4 * 144)
  }

  @Test func noHeadsAreABug() async {
    await #expect(processExitsWith: .failure) { _ = SoftmaxAttention(heads: 0) }
    await #expect(processExitsWith: .failure) { _ = SoftmaxAttention(heads: 1, patch: 0) }
  }
}

extension Reference {
  /// Some columns, in the given order.
  fileprivate func columns(_ chosen: [Int]) -> Reference {
    Reference(
      shape: shape.replacing(axis: -1, with: chosen.count),
      values: mapRows { row in chosen.map { row[row.startIndex + $0] } })
  }

  /// Some rows of one image, in the given order.
  fileprivate func rows(_ chosen: [Int]) -> Reference {
    let columns = shape.columns
    return Reference(
      shape: [1, chosen.count, columns],
      values: chosen.flatMap { values[$0 * columns..<($0 + 1) * columns] })
  }
}
