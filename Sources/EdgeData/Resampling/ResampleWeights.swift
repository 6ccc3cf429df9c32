/// For every pixel of a resized row or column, the pixels that it is made of and their weights in
/// Pillow's fixed point.
struct ResampleWeights {
  /// Fraction bits of a weight: 32 without 8 for the pixel and 2 for overshoot.
  static let fractionBits: Int32 = 22

  /// The source pixels of one resized pixel; their weights start at `taps` in `values`.
  struct Span {
    var first, count, taps: Int
  }

  private(set) var spans: [Span] = []
  private(set) var values: [Int32] = []

  /// Weights for the resized pixels in `range` when `source` pixels become `target`.
  init(source: Int, target: Int, range: Range<Int>, filter: ResizeFilter) {
    let scale = Double(source) / Double(target)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    let inverse = 1 / filterScale
    spans.reserveCapacity(range.count)
    var weights: [Double] = []
    for index in range {
      let center = (Double(index) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let end = min(source, Int(center + support + 0.5))
      weights.removeAll(keepingCapacity: true)
      for position in first..<max(first, end) {
        weights.append(filter.weight(at: (Double(position) - center + 0.5) * inverse))
      }
      append(weights, first: first)
    }
  }

  private mutating func append(_ weights: [Double], first: Int) {
    spans.append(Span(first: first, count: weights.count, taps: values.count))
    let sum = weights.reduce(0, +)
    let one = Double(1 << Self.fractionBits)
    for weight in weights {
      let normalized = sum == 0 ? weight : weight / sum
      values.append(Int32(normalized * one + (normalized < 0 ? -0.5 : 0.5)))
    }
  }

  /// All source pixels that are read.
  var sourceRange: Range<Int> {
    let first = spans.map(\.first).min() ?? 0
    return first..<(spans.map { $0.first + $0.count }.max() ?? first)
  }
}
