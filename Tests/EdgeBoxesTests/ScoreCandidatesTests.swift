import TestSupport
import Testing

@testable import EdgeBoxes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite struct ScoreCandidatesTests {
  /// Columns around the eight that are computed at once; logits far from 0, as softmax doesn't
  /// depend on their mean.
  @Test(arguments: [2, 3, 7, 8, 9, 16, 17, 81], [-300, 0, 300] as [Float])
  func agreesWithDoublePrecision(columns: Int, mean: Float) {
    var random = SplitMix64(seed: UInt64(columns))
    let logits = random.floats(20 * columns, in: -4...4).map { $0 + mean }
    for threshold in [0.01, 0.05, 0.3] {
      let classes = ScoreCandidates(logits.span, columns: columns, threshold: threshold).byClass()
      #expect(classes.count == columns - 1)
      for label in 0..<columns - 1 {
        let expected = (0..<20).map { row in
          softmax(logits[row * columns..<(row + 1) * columns])[label + 1]
        }
        let kept = expected.indices.filter { expected[$0] > threshold }
        #expect(classes[label].map(\.anchor) == kept)
        for candidate in classes[label] {
          let score = expected[candidate.anchor]
          #expect(abs(Double(candidate.score) - score) < 1e-6 * score)
        }
      }
    }
  }

  private func softmax(_ logits: ArraySlice<Float>) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let powers = logits.map { exp(Double($0) - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  @Test func exponentialsAgreeWithDoublePrecision() {
    let errors = (0..<20_000).map { step in
      let x = -Float(step) * 87 / 20_000
      let expected = exp(Double(x))
      let y = ScoreCandidates.exponentials(SIMD8(repeating: x))
      return abs(Double(y[step % 8]) - expected) / expected
    }
    #expect((errors.max() ?? 1) < 1e-7)
    let extremes = ScoreCandidates.exponentials([0, -87, -88, -1e30, -.infinity, .nan, -0.0, 0])
    #expect(extremes[0] == 1 && extremes[6] == 1)
    for lane in 2...5 { #expect(extremes[lane] == extremes[1]) }
  }

  @Test func orderOfCandidates() {
    typealias Candidate = ScoreCandidates.Candidate
    let one = Candidate(anchor: 4, score: 0.5)
    #expect(Candidate.precedes(one, Candidate(anchor: 1, score: 0.25)))
    #expect(Candidate.precedes(Candidate(anchor: 1, score: 0.5), one))
    #expect(!Candidate.precedes(one, one))
  }
}
