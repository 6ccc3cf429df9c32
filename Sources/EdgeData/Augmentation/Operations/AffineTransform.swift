/// How a pixel between others is made. Nothing is averaged when shrinking.
public enum AffineFilter: String, Sendable, Hashable, CaseIterable {
  case nearest, bilinear, bicubic
}

extension Image {
  /// A picture of the same size whose pixels lie where the map says in this one, or have the color
  /// `fill` where that is outside: Pillow's `transform(size, AFFINE, ...)`, to the last bit, for
  /// sides of up to 32,767 pixels.
  public func transformed(
    by map: AffineMap, filter: AffineFilter, fill: SIMD3<UInt8> = .zero
  ) -> Image {
    if filter == .nearest { return nearest(map, fill) }
    return AffineSampler(self).transformed(map, fill, filter)
  }

  /// Turned counterclockwise around the center, at the same size.
  public func rotated(
    degrees: Double, filter: AffineFilter, fill: SIMD3<UInt8> = .zero
  ) -> Image {
    transformed(
      by: .rotation(degrees: degrees, width: width, height: height), filter: filter, fill: fill)
  }

  /// In fixed point, as Pillow; maps that only scale and shift add up float64 instead.
  private func nearest(_ map: AffineMap, _ fill: SIMD3<UInt8>) -> Image {
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count)
    if map.b == 0 && map.d == 0 {
      let columns = positions(from: map.c + map.a * 0.5, step: map.a, count: width, in: width)
      let rows = positions(from: map.f + map.e * 0.5, step: map.e, count: height, in: height)
      for row in rows {
        for column in columns { append(x: column, y: row, fill, to: &result) }
      }
    } else {
      let steps = [map.a, map.b, map.d, map.e].map(fixedPoint)
      let x = fixedPoint(map.c + map.a * 0.5 + map.b * 0.5)
      let y = fixedPoint(map.f + map.d * 0.5 + map.e * 0.5)
      for row in 0..<height {
        for column in 0..<width {
          append(
            x: (x + column * steps[0] + row * steps[1]) >> 16,
            y: (y + column * steps[2] + row * steps[3]) >> 16, fill, to: &result)
        }
      }
    }
    return Image(width: width, height: height, pixels: result)
  }

  private func append(x: Int, y: Int, _ fill: SIMD3<UInt8>, to result: inout [UInt8]) {
    let inside = x >= 0 && x < width && y >= 0 && y < height
    let start = inside ? 3 * (y * width + x) : 0
    result.append(inside ? pixels[start] : fill.x)
    result.append(inside ? pixels[start + 1] : fill.y)
    result.append(inside ? pixels[start + 2] : fill.z)
  }
}

/// 16 fraction bits, rounded; what is beyond all pictures is cut off.
private func fixedPoint(_ value: Double) -> Int {
  Int(max(-0x1p46, min(0x1p46, (value * 65536 + 0.5).rounded(.down))))
}

/// The pixels at `start`, `start + step`, ...; -1 for those outside.
private func positions(from start: Double, step: Double, count: Int, in extent: Int) -> [Int] {
  var position = start
  return (0..<count).map { _ in
    defer { position += step }
    return position >= 0 && position < Double(extent) ? Int(position) : -1
  }
}
