import TestSupport
import Testing

@testable import EdgeGraph

@Suite struct BroadcastTests {
  @Test(
    arguments: [
      [[2, 3, 4], [2, 3, 4]], [[2, 3, 4], [3, 4]], [[2, 3, 4], [4]], [[2, 3, 4], []],
      [[2, 3, 4], [2, 1, 4]], [[2, 3, 4], [1, 3, 1]], [[], []], [[0, 3], [3]], [[0, 3], [1, 1]],
    ] as [[Shape]])
  func repeats(inputs: [Shape]) throws {
    #expect(try Broadcast(inputs).shape == inputs[0])
  }

  @Test(
    arguments: [
      [[3], [2, 3]], [[2, 3], [2]], [[1, 3], [2, 3]], [[], [1]], [[2, 3], [2, 3, 1]], [[2], [0]],
    ] as [[Shape]])
  func rejects(inputs: [Shape]) {
    #expect(
      throws: ShapeError.mismatch(
        expected: "the second shape to repeat over the first", found: inputs)
    ) { try Broadcast(inputs) }
  }

  /// Against indexing by division: the position in `b` is computed from each index of `a`.
  @Test(
    arguments: [
      [2, 3, 4], [3, 4], [4], [], [1], [2, 1, 4], [1, 3, 1], [2, 1, 1], [3, 1], [1, 1, 4],
    ] as [Shape])
  func agreesWithIndexing(shape: Shape) {
    var rng = SplitMix64(seed: 3)
    let a = Reference.random([2, 3, 4], using: &rng)
    let b = Reference.random(shape, using: &rng)
    let expected = a.values.enumerated().map { position, value in
      var index = [position / 12, position / 4 % 3, position % 4].suffix(shape.rank)
      var offset = 0
      for extent in shape.dimensions {
        offset = offset * extent + index.removeFirst() % extent
      }
      return value - 2 * b.values[offset]
    }
    #expect(Broadcast.reference(a, b) { $0 - 2 * $1 }.values == expected)
  }
}
