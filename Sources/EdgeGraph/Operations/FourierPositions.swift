#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Sine and cosine codes of the pixels' positions (EdgeNeXt, `models/layers.py`,
/// `PositionalEncodingFourier`).
///
/// Row y and column x count from 1 and become 2π y / (height + 10⁻⁶), likewise x. Channel k of
/// `channels` has the divisor temperature^(2⌊k/2⌋ / channels); even channels hold the sine, odd
/// ones the cosine; those of y come first. As in the official code, everything is computed in
/// float32.
///
/// - Inputs: none. Output: `[1, height, width, 2 · channels]`. Cost: 2 operations per element.
public struct FourierPositions: Operation {
  public static let name = "fourier_positions"
  public let height: Int
  public let width: Int
  public let channels: Int
  public let temperature: Double

  public init(height: Int, width: Int, channels: Int = 32, temperature: Double = 10_000) {
    self.height = height
    self.width = width
    self.channels = channels
    self.temperature = temperature
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    [1, height, width, 2 * channels]
  }

  public func cost(_ inputs: [Shape]) -> Cost {
    let count = height * width * 2 * channels
    return Cost(operations: 2 * count, bytes: 4 * count)
  }

  public func reference(_ inputs: [Reference]) -> Reference {
    let rows = (1...max(height, 1)).map { codes(position: $0, last: height) }
    let columns = (1...max(width, 1)).map { codes(position: $0, last: width) }
    let values = (0..<height).flatMap { y in (0..<width).flatMap { x in rows[y] + columns[x] } }
    return Reference(shape: [1, height, width, 2 * channels], values: values)
  }

  private func codes(position: Int, last: Int) -> [Double] {
    let angle = Float(position) / (Float(last) + 1e-6) * Float(2 * Double.pi)
    return (0..<channels).map { k in
      let exponent = Float(2 * (k / 2)) / Float(channels)
      let scaled = angle / powf(Float(temperature), exponent)
      return Double(k % 2 == 0 ? sinf(scaled) : cosf(scaled))
    }
  }
}
