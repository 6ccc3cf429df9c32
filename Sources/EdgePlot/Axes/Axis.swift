#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How values become places.
public enum AxisScale: Sendable {
  case linear
  /// Values of 0 and below can't be shown.
  case logarithmic

  /// Values beyond 10³⁰⁰ count as infinite, so that nothing overflows; a logarithmic axis ends at
  /// 10⁻¹⁰⁰ and 10¹⁰⁰.
  func shows(_ value: Double) -> Bool {
    switch self {
    case .linear: abs(value) <= 1e300
    case .logarithmic: value >= 1e-100 && value <= 1e100
    }
  }
}

/// The values that an axis shows, `range`, of which the lower bound is below the upper one.
struct Axis: Equatable {
  let scale: AxisScale
  let range: ClosedRange<Double>

  /// An axis for the values that can be shown; without any, from 0 to 1 (logarithmic: 1 to 10).
  ///
  /// - Parameter padding: how much is added on each side, as a share of what the values take.
  init(fitting values: some Sequence<Double>, scale: AxisScale, padding: Double) {
    self.scale = scale
    let bounds = values.lazy.filter(scale.shows).reduce(nil) { bounds, value in
      bounds.map { (min($0.0, value), max($0.1, value)) } ?? (value, value)
    }
    range =
      switch scale {
      case .linear: Self.linear(bounds, padding)
      case .logarithmic: Self.logarithmic(bounds, padding)
      }
  }

  /// An axis for exactly this range; nil where it is too narrow or can't be shown.
  init?(_ range: ClosedRange<Double>, scale: AxisScale) {
    let (lower, upper) = (range.lowerBound, range.upperBound)
    guard scale.shows(lower), scale.shows(upper),
      upper - lower >= max(max(abs(lower), abs(upper)) * 1e-9, 1e-250)
    else { return nil }
    self.scale = scale
    self.range = range
  }

  private static func linear(_ bounds: (Double, Double)?, _ padding: Double) -> ClosedRange<Double>
  {
    guard let (lower, upper) = bounds else { return 0...1 }
    let magnitude = max(abs(lower), abs(upper))
    guard upper - lower >= max(magnitude * 1e-9, 1e-250) else {
      let border = magnitude < 1e-250 ? 1 : magnitude / 10
      return lower - border...upper + border
    }
    let border = (upper - lower) * padding
    return lower - border...upper + border
  }

  private static func logarithmic(
    _ bounds: (Double, Double)?, _ padding: Double
  ) -> ClosedRange<Double> {
    guard let (lower, upper) = bounds else { return 1...10 }
    let decades = log10(upper) - log10(lower)
    let border = pow(10, decades < 1e-6 ? 0.3 : decades * padding)
    return lower / border...upper * border
  }

  /// Where a value stands, 0 at the lower bound and 1 at the upper; nil if it can't be shown.
  func position(of value: Double) -> Double? {
    guard scale.shows(value) else { return nil }
    switch scale {
    case .linear:
      return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithmic:
      let lower = log10(range.lowerBound)
      return (log10(value) - lower) / (log10(range.upperBound) - lower)
    }
  }

  func ticks(atMost count: Int, isWhole: Bool = false) -> Ticks {
    switch scale {
    case .linear: .linear(range, atMost: count, isWhole: isWhole)
    case .logarithmic: .logarithmic(range, atMost: count)
    }
  }
}
