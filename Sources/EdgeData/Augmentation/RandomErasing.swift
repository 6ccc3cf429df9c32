import EdgeGraph

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Covers random rectangles of a normalized picture (Zhong et al., arXiv:1708.04896), as timm's
/// `RandomErasing`.
public struct RandomErasing: Sendable, Equatable {
  /// What covers a rectangle.
  public enum Mode: String, Sendable, CaseIterable {
    /// 0, the mean color.
    case const
    /// One color, each channel of the standard normal distribution.
    case rand
    /// Every value of the standard normal distribution.
    case pixel
  }

  /// That anything is covered.
  public var probability: Double
  public var mode: Mode
  /// How many rectangles; each covers that part of the area.
  public var count: Int
  /// Of the picture, for all rectangles together.
  public var area: ClosedRange<Double> = 0.02...1.0 / 3
  /// Height to width, drawn evenly in its logarithm.
  public var aspect: ClosedRange<Double> = 0.3...1 / 0.3

  /// - Precondition: `count` is at least 1.
  public init(probability: Double = 0, mode: Mode = .pixel, count: Int = 1) {
    precondition(count > 0, "\(count) rectangles")
    self.probability = probability
    self.mode = mode
    self.count = count
  }

  /// Erases in `[height, width, 3]`.
  /// - Precondition: `values` has as many elements.
  public func callAsFunction(
    _ values: inout MutableSpan<Float>, height: Int, width: Int, random: inout RandomStream
  ) {
    precondition(values.count == 3 * height * width, "\(values.count) for \(height)x\(width)")
    guard random.happens(probability) else { return }
    for _ in 0..<count {
      guard let window = window(height: height, width: width, random: &random) else { continue }
      fill(window, of: &values, width: width, random: &random)
    }
  }

  /// The first of ten random rectangles that is smaller than the picture.
  func window(height: Int, width: Int, random: inout RandomStream) -> PixelWindow? {
    for _ in 0..<10 {
      let target = random.uniform(in: area) * Double(height * width) / Double(count)
      let aspect = exp(random.uniform(in: log(aspect.lowerBound)...log(aspect.upperBound)))
      let rows = Int((target * aspect).squareRoot().rounded(.toNearestOrEven))
      let columns = Int((target / aspect).squareRoot().rounded(.toNearestOrEven))
      if columns < width, rows < height {
        let y = random.integer(below: height - rows + 1)
        let x = random.integer(below: width - columns + 1)
        return PixelWindow(x: x, y: y, width: columns, height: rows)
      }
    }
    return nil
  }

  private func fill(
    _ window: PixelWindow, of values: inout MutableSpan<Float>, width: Int,
    random: inout RandomStream
  ) {
    var normals = NormalPairs()
    let color =
      mode == .rand
      ? SIMD3(normals.next(&random), normals.next(&random), normals.next(&random)) : .zero
    for row in window.y..<window.y + window.height {
      let start = 3 * (row * width + window.x)
      for place in start..<start + 3 * window.width {
        values[place] =
          mode == .pixel ? normals.next(&random) : color[(place - start) % 3]
      }
    }
  }
}

/// Standard normal numbers, two from each draw (Box and Muller), of 32 bits each.
private struct NormalPairs {
  private var kept: Float?

  mutating func next(_ random: inout RandomStream) -> Float {
    if let kept {
      self.kept = nil
      return kept
    }
    // In (0, 1], so that the logarithm is finite.
    let first = (Float(random.nextWord() >> 8) + 1) * 0x1p-24
    let angle = Float(random.nextWord() >> 8) * (0x1p-23 * Float.pi)
    let radius = (-2 * log(first)).squareRoot()
    kept = radius * sin(angle)
    return radius * cos(angle)
  }
}
