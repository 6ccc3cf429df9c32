extension Image {
  /// The given rows, each resampled to one pixel per span of `weights`.
  func resampledRows(_ rows: Range<Int>, _ weights: ResampleWeights) -> Image {
    let columns = weights.spans.count
    var result: [UInt8] = []
    result.reserveCapacity(rows.count * columns * 3)
    let half = SIMD4<Int32>(repeating: 1 << (ResampleWeights.fractionBits - 1))
    let pixels = pixels.span
    let values = weights.values.span
    for row in rows {
      let line = pixels.extracting(row * width * 3..<(row + 1) * width * 3)
      for span in weights.spans {
        var sum = half
        var position = 3 * span.first
        for tap in span.taps..<span.taps + span.count {
          let pixel = SIMD4<Int32>(
            Int32(line[position]), Int32(line[position + 1]), Int32(line[position + 2]), 0)
          sum &+= pixel &* values[tap]
          position += 3
        }
        let bytes = byteValues(sum)
        result.append(bytes.x)
        result.append(bytes.y)
        result.append(bytes.z)
      }
    }
    return Image(width: columns, height: rows.count, pixels: result)
  }

  /// One row per span of `weights`, which count rows of a picture whose row `firstRow` is this
  /// one's first.
  func resampledColumns(_ weights: ResampleWeights, firstRow: Int) -> Image {
    let rowBytes = width * 3
    var result: [UInt8] = []
    result.reserveCapacity(weights.spans.count * rowBytes)
    var sums = [Int32](repeating: 0, count: rowBytes)
    for span in weights.spans {
      for index in sums.indices { sums[index] = 1 << (ResampleWeights.fractionBits - 1) }
      for tap in 0..<span.count {
        let weight = weights.values[span.taps + tap]
        let start = (span.first - firstRow + tap) * rowBytes
        for index in 0..<rowBytes {
          sums[index] &+= Int32(pixels[start + index]) &* weight
        }
      }
      for sum in sums {
        result.append(UInt8(clamping: sum >> ResampleWeights.fractionBits))
      }
    }
    return Image(width: width, height: weights.spans.count, pixels: result)
  }
}

/// Fixed point to bytes, what overshoots being cut off.
@inline(__always)
private func byteValues(_ sums: SIMD4<Int32>) -> SIMD4<UInt8> {
  let values = sums &>> ResampleWeights.fractionBits
  return SIMD4<UInt8>(
    truncatingIfNeeded: values.clamped(lowerBound: .zero, upperBound: .init(repeating: 255)))
}
