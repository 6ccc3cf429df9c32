/// A picture that is read between its pixels, in float64 and with the order of operations of
/// Pillow (src/libImaging/Geometry.c), which shows in the last bit. The channels of a pixel are
/// computed side by side.
///
/// Pixels are looked up without bounds checks, as in ``PixelLoops``; each position is checked once.
struct AffineSampler {
  private let width, height: Int
  /// Red, green, blue and nothing, so that a pixel is one load; the edges are repeated twice on
  /// each side, so that the neighbors of every position exist.
  private let pixels: [SIMD4<Int16>]
  private static let margin = 2
  /// From one row to the next.
  private let step: Int

  init(_ image: Image) {
    width = image.width
    height = image.height
    step = image.width + 2 * Self.margin
    pixels = Self.padded(image)
  }

  private static func padded(_ image: Image) -> [SIMD4<Int16>] {
    let bytes = image.pixels.span
    let (width, height) = (image.width, image.height)
    return [SIMD4<Int16>](capacity: (width + 2 * margin) * (height + 2 * margin)) { output in
      for row in -margin..<height + margin {
        let start = 3 * width * max(0, min(row, height - 1))
        for column in -margin..<width + margin {
          let place = start + 3 * max(0, min(column, width - 1))
          output.append(
            SIMD4(Int16(bytes[place]), Int16(bytes[place + 1]), Int16(bytes[place + 2]), 0))
        }
      }
    }
  }

  func transformed(_ map: AffineMap, _ fill: SIMD3<UInt8>, _ filter: AffineFilter) -> Image {
    var result = [UInt8](repeating: 0, count: 3 * width * height)
    var output = result.mutableSpan
    let pixels = pixels.span
    for row in 0..<height {
      let y = Double(row) + 0.5
      for column in 0..<width {
        let x = Double(column) + 0.5
        let fromX = map.a * x + map.b * y + map.c
        let fromY = map.d * x + map.e * y + map.f
        var color = fill
        if fromX >= 0, fromX < Double(width), fromY >= 0, fromY < Double(height) {
          color = bytes(sample(pixels, fromX - 0.5, fromY - 0.5, filter))
        }
        let place = 3 &* (row &* width &+ column)
        output[place] = color.x
        output[place + 1] = color.y
        output[place + 2] = color.z
      }
    }
    return Image(width: width, height: height, pixels: result)
  }

  /// The color at a position from -0.5 to less than the size - 0.5.
  @inline(__always)
  private func sample(
    _ pixels: Span<SIMD4<Int16>>, _ x: Double, _ y: Double, _ filter: AffineFilter
  ) -> SIMD4<Double> {
    let left = x < 0 ? -1 : Int(x)
    let top = y < 0 ? -1 : Int(y)
    let dx = x - Double(left)
    let dy = y - Double(top)
    // The place of the pixel at the upper left. Safe: with the margin, two pixels and rows are
    // before it and two after the next.
    let place = (top &+ Self.margin) &* step &+ left &+ Self.margin
    if filter == .bicubic { return unsafe bicubic(pixels, place, dx, dy) }
    let upper = unsafe linear(pixels, place, dx)
    let lower = unsafe linear(pixels, place &+ step, dx)
    return upper + (lower - upper) * dy
  }

  @unsafe @inline(__always)
  private func linear(
    _ pixels: Span<SIMD4<Int16>>, _ place: Int, _ t: Double
  ) -> SIMD4<Double> {
    let left = unsafe pixels[unchecked: place]
    let difference = unsafe pixels[unchecked: place &+ 1] &- left
    return SIMD4<Double>(left) + SIMD4<Double>(difference) * t
  }

  /// Where a position lies on a pixel's center in one direction, the cubic gives that pixel to the
  /// last bit; so shifts and shears along an axis read four pixels, not sixteen.
  @unsafe @inline(__always)
  private func bicubic(
    _ pixels: Span<SIMD4<Int16>>, _ place: Int, _ dx: Double, _ dy: Double
  ) -> SIMD4<Double> {
    let second = unsafe cubic(pixels, place, dx)
    if dy == 0 { return second }
    let first = unsafe cubic(pixels, place &- step, dx)
    let third = unsafe cubic(pixels, place &+ step, dx)
    let fourth = unsafe cubic(pixels, place &+ 2 &* step, dx)
    let p2 = third - first
    let p3 = 2 * (first - second) + third - fourth
    let p4 = second - first - third + fourth
    return second + dy * (p2 + dy * (p3 + dy * p4))
  }

  /// The polynomial's coefficients are whole numbers.
  @unsafe @inline(__always)
  private func cubic(
    _ pixels: Span<SIMD4<Int16>>, _ place: Int, _ t: Double
  ) -> SIMD4<Double> {
    let second = unsafe pixels[unchecked: place]
    if t == 0 { return SIMD4<Double>(second) }
    let first = unsafe pixels[unchecked: place &- 1]
    let third = unsafe pixels[unchecked: place &+ 1]
    let fourth = unsafe pixels[unchecked: place &+ 2]
    let p2 = SIMD4<Double>(third &- first)
    let p3 = SIMD4<Double>(2 &* (first &- second) &+ third &- fourth)
    let p4 = SIMD4<Double>(second &- first &- third &+ fourth)
    return SIMD4<Double>(second) + t * (p2 + t * (p3 + t * p4))
  }
}

/// Cut off at 0 and 255, and the fraction dropped.
@inline(__always)
private func bytes(_ color: SIMD4<Double>) -> SIMD3<UInt8> {
  SIMD3(byte(color.x), byte(color.y), byte(color.z))
}

@inline(__always)
private func byte(_ value: Double) -> UInt8 {
  let low = value > 0 ? value : 0
  return UInt8(truncatingIfNeeded: Int32(low < 255 ? low : 255))
}
