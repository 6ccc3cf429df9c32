/// A size of square inputs, and how many of them make a batch.
public struct ImageScale: Sendable, Equatable, Hashable {
  /// In pixels.
  public let side: Int
  /// On each machine.
  public let batchSize: Int

  public init(side: Int, batchSize: Int) {
    self.side = side
    self.batchSize = batchSize
  }
}

/// How the batch grows as the inputs shrink. With both rules a batch of larger inputs than the
/// base's is as large as the base batch: memory is sized by the largest input.
public enum ScaleRule: Sendable {
  /// `mmaaz60/EdgeNeXt`, `sampler.py`: the base's number of pixels, rounded to a multiple of the
  /// number of machines, and down to an even number (but at least 1).
  case edgeNeXt
  /// cvnets' `variable_batch_sampler`, which MobileViT and ParC-Net use: the same without making
  /// the number even.
  case cvnets

  /// `count` sides evenly between `minimum` and `maximum` and the base's, each rounded to a
  /// multiple of 32, in ascending order.
  ///
  /// - Parameter worldSize: the number of machines; `base.batchSize` is that of one.
  public func scales(
    base: ImageScale, minimum: Int = 160, maximum: Int = 320, count: Int = 5, worldSize: Int = 1
  ) throws(SamplerError) -> [ImageScale] {
    try SamplerError.check("batch size", base.batchSize, atLeast: 1)
    try SamplerError.check("input size", base.side, atLeast: 1)
    try SamplerError.check("smallest input size", minimum, atLeast: 1)
    try SamplerError.check("largest input size", maximum, atLeast: minimum)
    try SamplerError.check("number of input sizes", count, atLeast: 1)
    let spacing = count == 1 ? 0 : Double(maximum - minimum) / Double(count - 1)
    var sides = Set((0..<count).map { divisible(Double(minimum) + Double($0) * spacing, by: 32) })
    sides.insert(divisible(Double(base.side), by: 32))
    return sides.sorted().map {
      ImageScale(side: $0, batchSize: batchSize($0, base: base, worldSize: worldSize))
    }
  }

  private func batchSize(_ side: Int, base: ImageScale, worldSize: Int) -> Int {
    let exact = Double(base.side * base.side * base.batchSize) / Double(side * side)
    switch self {
    case .edgeNeXt:
      let rounded = Int((exact * 100).rounded(.toNearestOrEven) / 100)
      let size = divisible(Double(max(base.batchSize, rounded)), by: worldSize)
      return max(1, size - size % 2)
    case .cvnets:
      return divisible(Double(max(base.batchSize, Int(exact))), by: worldSize)
    }
  }

  /// `make_divisible` of both projects: to the nearest multiple, but not by more than a tenth down.
  private func divisible(_ value: Double, by divisor: Int) -> Int {
    let nearest = max(divisor, Int(value + Double(divisor) / 2) / divisor * divisor)
    return Double(nearest) < 0.9 * value ? nearest + divisor : nearest
  }
}
