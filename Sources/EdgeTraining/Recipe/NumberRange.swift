/// The numbers that an option takes; an open end is not among them.
public struct NumberRange: Hashable, Sendable {
  let lower: Double
  let upper: Double
  let isOpenBelow: Bool
  let isOpenAbove: Bool

  init(
    _ lower: Double, _ upper: Double = .infinity, isOpenBelow: Bool = false,
    isOpenAbove: Bool = false
  ) {
    self.lower = lower
    self.upper = upper
    self.isOpenBelow = isOpenBelow
    self.isOpenAbove = isOpenAbove
  }

  static let positive = Self(0, isOpenBelow: true)
  static let nonNegative = Self(0)
  static let fraction = Self(0, 1)
  static let positiveFraction = Self(0, 1, isOpenBelow: true)
  static let belowOne = Self(0, 1, isOpenAbove: true)

  func contains(_ value: Double) -> Bool {
    value.isFinite && (isOpenBelow ? value > lower : value >= lower)
      && (isOpenAbove ? value < upper : value <= upper)
  }
}

extension NumberRange: CustomStringConvertible {
  /// Such as `above 0 and at most 1`.
  public var description: String {
    let below = isOpenBelow ? "above \(Self.text(lower))" : "at least \(Self.text(lower))"
    guard upper.isFinite else { return below }
    return below + (isOpenAbove ? " and below " : " and at most ") + Self.text(upper)
  }

  private static func text(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
