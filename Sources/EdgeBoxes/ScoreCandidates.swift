#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What exceeds a threshold among the softmax scores of anchors, class by class.
///
/// Nearly all anchors of a trained network are background; their rows are given up after their
/// largest logit is known, before any exponential. Only scores that are kept are computed.
struct ScoreCandidates {
  struct Candidate {
    let anchor: Int
    let score: Float

    /// Falling scores; of equal ones the lower anchor first.
    static func precedes(_ a: Candidate, _ b: Candidate) -> Bool {
      a.score > b.score || (a.score == b.score && a.anchor < b.anchor)
    }
  }

  private let threshold: Float
  /// The logarithm of the threshold, a little lower, so that rounding loses no candidate.
  private let margin: Float
  private let columns: Int
  private var labels: [Int] = []
  private var found: [Candidate] = []

  /// - Parameters:
  ///   - confidences: logits `[anchors, columns]`; column 0 is the background.
  ///   - threshold: candidates have a larger score.
  init(_ confidences: Span<Float>, columns: Int, threshold: Double) {
    self.columns = columns
    self.threshold = Float(threshold)
    margin = threshold > 0 ? Float(log(threshold)) - 1e-3 : -.infinity
    for anchor in 0..<confidences.count / columns {
      let row = confidences.extracting(anchor * columns..<(anchor + 1) * columns)
      collect(row, anchor: anchor)
    }
  }

  /// The candidates of each class without background, in the order of the anchors.
  func byClass() -> [[Candidate]] {
    var counts = [Int](repeating: 0, count: columns - 1)
    for label in labels { counts[label] += 1 }
    var classes = counts.map { count in
      var candidates: [Candidate] = []
      candidates.reserveCapacity(count)
      return candidates
    }
    for (label, candidate) in zip(labels, found) { classes[label].append(candidate) }
    return classes
  }

  private mutating func collect(_ logits: Span<Float>, anchor: Int) {
    let background = logits[0]
    // p₀ ≤ 1, so a score is at most exp(x − x₀).
    let foreground = largestForeground(logits)
    guard foreground > background + margin else { return }
    let largest = max(foreground, background)
    let sum = sumOfExponentials(logits, largest: largest)
    let limit = largest + logf(sum) + margin
    for column in 1..<columns where logits[column] > limit {
      let score = expf(logits[column] - largest) / sum
      guard score > threshold else { continue }
      labels.append(column - 1)
      found.append(Candidate(anchor: anchor, score: score))
    }
  }

  private func largestForeground(_ logits: Span<Float>) -> Float {
    var largest = Self.eight(logits, at: 0)
    largest[0] = -.infinity
    for start in stride(from: 8, to: columns, by: 8) {
      let values = Self.eight(logits, at: start)
      largest.replace(with: values, where: values .> largest)
    }
    return largest.max()
  }

  private func sumOfExponentials(_ logits: Span<Float>, largest: Float) -> Float {
    var sums = SIMD8<Float>.zero
    for start in stride(from: 0, to: columns, by: 8) {
      sums += Self.exponentials(Self.eight(logits, at: start) - largest)
    }
    return sums.sum()
  }

  /// Eight logits from `start` on; past the end of the row, −∞.
  private static func eight(_ logits: Span<Float>, at start: Int) -> SIMD8<Float> {
    guard start + 8 <= logits.count else {
      var values = SIMD8<Float>(repeating: -.infinity)
      for index in start..<logits.count { values[index - start] = logits[index] }
      return values
    }
    let part = logits.extracting(start..<start + 8)
    return SIMD8(part[0], part[1], part[2], part[3], part[4], part[5], part[6], part[7])
  }

  /// The exponentials of numbers up to 0, to 10⁻⁷ of themselves; below −87, and for NaN, that
  /// of −87, which is 1.6 · 10⁻³⁸. With x = n ln 2 + r, exp x = 2ⁿ exp r, where a polynomial stands
  /// for exp r (Cephes, `single/expf.c`). Several times as quick as calls of the C library.
  static func exponentials(_ numbers: SIMD8<Float>) -> SIMD8<Float> {
    var x = numbers
    x.replace(with: -87, where: .!(x .>= -87))
    // The sum's last digits are n, as its unit in the last place is 1.
    let shift: Float = 12_582_912
    let shifted = x * 1.442_695_04 + shift
    let n = shifted - shift
    let r = x - n * 0.693_359_375 + n * 2.121_944_4e-4
    var y = r * 1.987_569_15e-4 + 1.398_199_950_7e-3
    y = y * r + 8.333_451_907_3e-3
    y = y * r + 4.166_579_589_4e-2
    y = y * r + 1.666_666_545_9e-1
    y = y * r + 5.000_000_120_1e-1
    y = y * r * r + r + 1
    var power = SIMD8<Float>.zero
    for lane in 0..<8 {
      power[lane] = Float(bitPattern: (shifted[lane].bitPattern &+ 127) &<< 23)
    }
    return y * power
  }
}
