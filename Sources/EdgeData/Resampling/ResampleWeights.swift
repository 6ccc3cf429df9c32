/// For every pixel of a resized row or column, the pixels that it is made of and their weights in
/// Pillow's fixed point.
struct ResampleWeights {
  /// Fraction bits of a weight: 32 without 8 for the pixel and 2 for overshoot.
  static let fractionBits: Int32 = 22

  /// The source pixels of one resized pixel.
  struct Span {
    var first, count: Int
    /// Where their weights start in `pairs`.
    var tap: Int
    /// What the sum of products starts from: a half, for rounding, and what ``PixelPairs`` leave
    /// out.
    var bias: Int32

    var range: Range<Int> { first..<first + count }
    var taps: Range<Int> { tap..<tap + count }
  }

  private(set) var spans: [Span] = []
  private(set) var pairs: [PixelPairs] = []

  /// Weights for the resized pixels in `range` when `source` pixels become `target`.
  init(source: Int, target: Int, range: Range<Int>, kernel: ResampleKernel) {
    let scale = Double(source) / Double(target)
    let filterScale = max(scale, 1)
    let support = kernel.support * filterScale
    let inverse = 1 / filterScale
    spans.reserveCapacity(range.count)
    var weights: [Double] = []
    for index in range {
      let center = (Double(index) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let end = min(source, Int(center + support + 0.5))
      weights.removeAll(keepingCapacity: true)
      for position in first..<max(first, end) {
        weights.append(kernel.weight(at: (Double(position) - center + 0.5) * inverse))
      }
      append(weights, first: first)
    }
  }

  /// Every source pixel as it is.
  init(identity range: Range<Int>) {
    for index in range { append([1], first: index) }
  }

  private mutating func append(_ weights: [Double], first: Int) {
    let tap = pairs.count
    var bias: Int32 = 1 << (Self.fractionBits - 1)
    let sum = weights.reduce(0, +)
    let one = Double(1 << Self.fractionBits)
    for weight in weights {
      let normalized = sum == 0 ? weight : weight / sum
      let fixed = Int32(normalized * one + (normalized < 0 ? -0.5 : 0.5))
      bias &+= 128 &* fixed
      pairs.append(PixelPairs(weight: fixed))
    }
    spans.append(Span(first: first, count: weights.count, tap: tap, bias: bias))
  }

  /// All source pixels that are read.
  var sourceRange: Range<Int> {
    let first = spans.map(\.first).min() ?? 0
    return first..<(spans.map(\.range.upperBound).max() ?? first)
  }
}
