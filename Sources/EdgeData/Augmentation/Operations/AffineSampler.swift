/// A picture that is read between its pixels, in float64 and with the order of operations of
/// Pillow (src/libImaging/Geometry.c), which shows in the last bit. The channels of a pixel are
/// computed side by side.
struct AffineSampler {
  private let width, height: Int
  /// Red, green, blue and nothing, so that a pixel is one load.
  private let pixels: [SIMD4<Int16>]

  init(_ image: Image) {
    width = image.width
    height = image.height
    let bytes = image.pixels.span
    pixels = [SIMD4<Int16>](capacity: image.width * image.height) { output in
      for start in stride(from: 0, to: bytes.count, by: 3) {
        output.append(
          SIMD4(Int16(bytes[start]), Int16(bytes[start + 1]), Int16(bytes[start + 2]), 0))
      }
    }
  }

  @inline(__always)
  func transformed(
    _ map: AffineMap, _ fill: SIMD3<UInt8>,
    _ sample: (AffineSampler, Double, Double) -> SIMD4<Double>
  ) -> Image {
    var result = [UInt8](repeating: 0, count: 3 * width * height)
    var output = result.mutableSpan
    var place = 0
    for row in 0..<height {
      let y = Double(row) + 0.5
      for column in 0..<width {
        let x = Double(column) + 0.5
        let fromX = map.a * x + map.b * y + map.c
        let fromY = map.d * x + map.e * y + map.f
        if fromX >= 0, fromX < Double(width), fromY >= 0, fromY < Double(height) {
          let color = sample(self, fromX - 0.5, fromY - 0.5)
            .clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255))
          output[place] = UInt8(color.x)
          output[place + 1] = UInt8(color.y)
          output[place + 2] = UInt8(color.z)
        } else {
          output[place] = fill.x
          output[place + 1] = fill.y
          output[place + 2] = fill.z
        }
        place += 3
      }
    }
    return Image(width: width, height: height, pixels: result)
  }

  @inline(__always)
  func bilinear(x: Double, y: Double) -> SIMD4<Double> {
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    let (column, row) = (Int(left), Int(top))
    let first = clampedColumn(column)
    let second = clampedColumn(column + 1)
    let upper = linear(rowStart(row), first, second, x - left)
    let lower = linear(rowStart(row + 1), first, second, x - left)
    return upper + (lower - upper) * (y - top)
  }

  /// Where a position lies on a pixel's center in one direction, the cubic gives that pixel to the
  /// last bit; so shifts and shears along an axis read four pixels, not sixteen.
  @inline(__always)
  func bicubic(x: Double, y: Double) -> SIMD4<Double> {
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    let (column, row) = (Int(left), Int(top))
    let columns = SIMD4(
      clampedColumn(column - 1), clampedColumn(column), clampedColumn(column + 1),
      clampedColumn(column + 2))
    let dx = x - left
    let dy = y - top
    if dy == 0 { return cubic(rowStart(row), columns, dx) }
    let first = cubic(rowStart(row - 1), columns, dx)
    let second = cubic(rowStart(row), columns, dx)
    let third = cubic(rowStart(row + 1), columns, dx)
    let fourth = cubic(rowStart(row + 2), columns, dx)
    let p2 = third - first
    let p3 = 2 * (first - second) + third - fourth
    let p4 = second - first - third + fourth
    return second + dy * (p2 + dy * (p3 + dy * p4))
  }

  @inline(__always)
  private func clampedColumn(_ column: Int) -> Int { max(0, min(column, width - 1)) }

  @inline(__always)
  private func rowStart(_ row: Int) -> Int { max(0, min(row, height - 1)) * width }

  @inline(__always)
  private func linear(_ start: Int, _ first: Int, _ second: Int, _ t: Double) -> SIMD4<Double> {
    let left = pixels[start + first]
    let step = pixels[start + second] &- left
    return doubles(left) + doubles(step) * t
  }

  /// The polynomial's coefficients are whole numbers.
  @inline(__always)
  private func cubic(_ start: Int, _ columns: SIMD4<Int>, _ t: Double) -> SIMD4<Double> {
    let second = pixels[start + columns[1]]
    if t == 0 { return doubles(second) }
    let first = pixels[start + columns[0]]
    let third = pixels[start + columns[2]]
    let fourth = pixels[start + columns[3]]
    let p2 = third &- first
    let p3 = 2 &* (first &- second) &+ third &- fourth
    let p4 = second &- first &- third &+ fourth
    return doubles(second) + t * (doubles(p2) + t * (doubles(p3) + t * doubles(p4)))
  }
}

@inline(__always)
private func doubles(_ values: SIMD4<Int16>) -> SIMD4<Double> { SIMD4<Double>(values) }
