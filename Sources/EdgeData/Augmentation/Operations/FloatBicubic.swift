extension Image {
  /// The picture at another size in floats from 0 to 255, `[height, width, 3]`, as PyTorch's
  /// `interpolate(mode="bicubic", align_corners=False, antialias=False)` on floats: cubic
  /// convolution with a = -0.75 of the four nearest pixels each way, edges repeated, and what
  /// overshoots cut off.
  ///
  /// - Precondition: both sizes are at least 1.
  public func floatBicubic(width: Int, height: Int) -> [Float] {
    precondition(width > 0 && height > 0, "can't resize to \(width)x\(height)")
    let columns = (0..<width).map { CubicTaps($0, from: self.width, to: width) }
    let rows = (0..<height).map { CubicTaps($0, from: self.height, to: height) }
    // The last four source rows at the new width: row `r` at `r % 4`.
    var ring = [[SIMD4<Float>]](repeating: [], count: 4)
    var held = [Int](repeating: -1, count: 4)
    return [Float](capacity: 3 * width * height) { output in
      for row in rows {
        for tap in 0..<4 where held[row.positions[tap] % 4] != row.positions[tap] {
          let source = row.positions[tap]
          held[source % 4] = source
          ring[source % 4] = resampledRow(source, columns)
        }
        let lines = (0..<4).map { ring[row.positions[$0] % 4] }
        for column in 0..<width {
          var sum = lines[0][column] * row.weights[0]
          for tap in 1..<4 { sum += lines[tap][column] * row.weights[tap] }
          let color = sum.clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255))
          for channel in 0..<3 { output.append(color[channel]) }
        }
      }
    }
  }

  private func resampledRow(_ row: Int, _ columns: [CubicTaps]) -> [SIMD4<Float>] {
    let line = pixels.span.extracting(3 * row * width..<3 * (row + 1) * width)
    return columns.map { taps in
      var sum = SIMD4<Float>.zero
      for tap in 0..<4 {
        let start = 3 * taps.positions[tap]
        let color = SIMD4(
          Float(line[start]), Float(line[start + 1]), Float(line[start + 2]), 0)
        sum += color * taps.weights[tap]
      }
      return sum
    }
  }
}

/// The four pixels that an interpolated one is made of.
private struct CubicTaps {
  let positions: SIMD4<Int>
  let weights: SIMD4<Float>

  init(_ index: Int, from source: Int, to target: Int) {
    let scale = Float(source) / Float(target)
    let center = scale * (Float(index) + 0.5) - 0.5
    let first = Int(center.rounded(.down))
    let t = center - Float(first)
    positions = (SIMD4(-1, 0, 1, 2) &+ first)
      .clamped(lowerBound: .zero, upperBound: SIMD4(repeating: source - 1))
    weights = SIMD4(Self.far(t + 1), Self.near(t), Self.near(1 - t), Self.far(2 - t))
  }

  private static let a: Float = -0.75

  /// At a distance from 0 to 1.
  private static func near(_ x: Float) -> Float { ((a + 2) * x - (a + 3)) * x * x + 1 }

  /// At a distance from 1 to 2.
  private static func far(_ x: Float) -> Float { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
}
