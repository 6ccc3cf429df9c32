#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Image {
  /// Torchvision's `GaussianBlur((columns, rows), sigma)`: a window of this size of the Gaussian
  /// bell, scaled to a sum of 1; edges are mirrored, values rounded. In float32, so that single
  /// values differ by 1 from torchvision's, whose order of summing isn't fixed.
  ///
  /// - Precondition: both sizes are odd; `sigma`, in pixels, is positive.
  public func gaussianBlurred(columns: Int, rows: Int, sigma: Double) -> Image {
    precondition(columns % 2 == 1 && rows % 2 == 1 && sigma > 0, "\(columns), \(rows), \(sigma)")
    let horizontal = bell(columns, sigma)
    let vertical = bell(rows, sigma)
    let blurred = (0..<height).map { filteredRow($0, horizontal) }
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count)
    var sums = [Float](repeating: 0, count: 3 * width)
    for row in 0..<height {
      add(blurred, around: row, vertical, into: &sums)
      for sum in sums {
        result.append(UInt8(max(0, min(255, sum.rounded(.toNearestOrEven)))))
      }
    }
    return Image(width: width, height: height, pixels: result)
  }

  private func filteredRow(_ row: Int, _ weights: [Float]) -> [Float] {
    let margin = weights.count / 2
    let line = pixels.span.extracting(3 * row * width..<3 * (row + 1) * width)
    // The row with its mirrored edges, so that the sums need no look at them.
    let padded = [Float](capacity: 3 * (width + 2 * margin)) { output in
      for column in -margin..<width + margin {
        let start = 3 * mirrored(column, in: width)
        for channel in 0..<3 { output.append(Float(line[start + channel])) }
      }
    }
    var sums = [Float](repeating: 0, count: 3 * width)
    for (tap, weight) in weights.enumerated() {
      addProduct(padded[3 * tap..<3 * (tap + width)], weight, to: &sums)
    }
    return sums
  }

  private func add(
    _ rows: [[Float]], around row: Int, _ weights: [Float], into sums: inout [Float]
  ) {
    for index in sums.indices { sums[index] = 0 }
    for (tap, weight) in weights.enumerated() {
      let source = mirrored(row + tap - weights.count / 2, in: height)
      addProduct(rows[source][...], weight, to: &sums)
    }
  }
}

private func addProduct(_ values: ArraySlice<Float>, _ weight: Float, to sums: inout [Float]) {
  var sums = sums.mutableSpan
  let values = values.span
  precondition(values.count == sums.count)
  for index in sums.indices { sums[index] += weight * values[index] }
}

/// A position beyond an edge becomes the one as far inside, without repeating the edge.
private func mirrored(_ position: Int, in extent: Int) -> Int {
  if extent == 1 { return 0 }
  let period = 2 * (extent - 1)
  let rest = ((position % period) + period) % period
  return rest < extent ? rest : period - rest
}

private func bell(_ count: Int, _ sigma: Double) -> [Float] {
  let half = Float(count - 1) * 0.5
  let values = (0..<count).map { index in
    let distance = (Float(index) - half) / Float(sigma)
    return exp(-0.5 * (distance * distance))
  }
  let sum = values.reduce(0, +)
  return values.map { $0 / sum }
}
