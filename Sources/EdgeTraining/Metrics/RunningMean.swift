/// The mean of values that come in batches.
public struct RunningMean: Equatable, Sendable {
  public private(set) var sum = 0.0
  public private(set) var count = 0

  public init() {}

  init(sum: Double, count: Int) {
    self.sum = sum
    self.count = count
  }

  /// Adds the mean of `count` values.
  public mutating func add(_ mean: Double, count: Int = 1) {
    sum += mean * Double(count)
    self.count += count
  }

  /// Nil before the first value.
  public var mean: Double? { count == 0 ? nil : sum / Double(count) }
}
