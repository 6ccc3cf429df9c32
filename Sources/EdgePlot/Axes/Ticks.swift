#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The marked values of an axis, ascending, each with its text.
struct Ticks: Equatable {
  let values: [Double]
  let labels: [String]

  /// Multiples of 1, 2 or 5 times a power of ten: the smallest step that gives at most `count`.
  ///
  /// - Parameter isWhole: the step is 1 or more.
  static func linear(_ range: ClosedRange<Double>, atMost count: Int, isWhole: Bool = false) -> Self
  {
    let span = range.upperBound - range.lowerBound
    let first = Int(log10(span / Double(max(count, 1))).rounded(.down))
    var step = Step(mantissa: 1, exponent: isWhole ? max(first, 0) : first)
    while step.multiples(in: range).count > max(count, 1) { step = step.next }
    return Ticks(step: step, multiples: step.multiples(in: range))
  }

  /// 1, 2 and 5 times the powers of ten, or else the powers, or every second, fifth, ... of them:
  /// the most that are at most `count`. Where that leaves fewer than two, steps as on a linear
  /// axis. Both bounds are above 0.
  static func logarithmic(_ range: ClosedRange<Double>, atMost count: Int) -> Self {
    let powers =
      Int(log10(range.lowerBound).rounded(.down))...Int(log10(range.upperBound).rounded(.up))
    var entries = numbers([1, 2, 5], powers, in: range)
    if entries.count < 2 { return linear(range, atMost: count) }
    if entries.count > count { entries = numbers([1], powers, in: range) }
    var step = Step(mantissa: 1, exponent: 0)
    while entries.count > max(count, 1) {
      step = step.next
      let stride = Int(step.size)
      entries = numbers([1], powers, in: range).filter { $0.exponent % stride == 0 }
    }
    return Ticks(entries)
  }

  private typealias Number = (mantissa: Int, exponent: Int)

  private static func numbers(
    _ mantissas: [Int], _ powers: ClosedRange<Int>, in range: ClosedRange<Double>
  ) -> [Number] {
    let widened = range.lowerBound * (1 - 1e-9)...range.upperBound * (1 + 1e-9)
    return powers.flatMap { power in mantissas.map { (mantissa: $0, exponent: power) } }
      .filter { widened.contains(value($0.mantissa, $0.exponent)) }
  }

  private init(_ numbers: [Number]) {
    values = numbers.map { Self.value($0.mantissa, $0.exponent) }
    let isPlain = numbers.allSatisfy { (-4..<6).contains($0.exponent) }
    labels = numbers.map { mantissa, exponent in
      isPlain
        ? NumberText.fixed(Self.value(mantissa, exponent), decimals: max(0, -exponent))
        : NumberText.scientific(mantissa, exponent: exponent)
    }
  }

  private init(step: Step, multiples: Range<Int>) {
    values = multiples.map { Self.value($0 * step.mantissa, step.exponent) }
    let largest = values.reduce(0) { max($0, abs($1)) }
    let isPlain = step.exponent >= -5 && largest < 1e6
    labels = multiples.map { multiple in
      let count = multiple * step.mantissa
      return isPlain
        ? NumberText.fixed(Self.value(count, step.exponent), decimals: max(0, -step.exponent))
        : NumberText.scientific(count, exponent: step.exponent)
    }
  }

  /// `count * 10^exponent`, divided where that is exact: 3 tenths are 0.3.
  private static func value(_ count: Int, _ exponent: Int) -> Double {
    exponent < 0
      ? Double(count) / pow(10, Double(-exponent)) : Double(count) * pow(10, Double(exponent))
  }
}

/// 1, 2 or 5 times a power of ten.
private struct Step {
  let mantissa, exponent: Int

  var size: Double { Double(mantissa) * pow(10, Double(exponent)) }

  var next: Step {
    switch mantissa {
    case 1: Step(mantissa: 2, exponent: exponent)
    case 2: Step(mantissa: 5, exponent: exponent)
    default: Step(mantissa: 1, exponent: exponent + 1)
    }
  }

  /// Which multiples of the step lie in a range, give or take a billionth of a step.
  func multiples(in range: ClosedRange<Double>) -> Range<Int> {
    let first = (range.lowerBound / size - 1e-9).rounded(.up)
    let last = (range.upperBound / size + 1e-9).rounded(.down)
    return Int(first)..<max(Int(first), Int(last) + 1)
  }
}
