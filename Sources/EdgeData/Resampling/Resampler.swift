/// Resamples a picture in two passes, each of which rounds to bytes, keeping no more rows in
/// between than one resized row needs.
struct Resampler {
  let image: Image
  /// The columns of the resized picture that are wanted; nil weights keep the width.
  let horizontal: ResampleWeights?
  let vertical: ResampleWeights
  /// Whether rows are resampled before columns.
  let rowsFirst: Bool
  /// The source columns that are needed.
  private let columns: Range<Int>
  private let resizedWidth: Int
  /// The latest rows as the vertical pass takes them: row `r` is at `r % capacity`.
  private var ring: [PixelPairs]
  private let capacity: Int
  private let ringWidth: Int
  private var nextRow: Int

  init(
    _ image: Image, columns: Range<Int>, horizontal: ResampleWeights?, vertical: ResampleWeights,
    rowsFirst: Bool
  ) {
    self.image = image
    self.horizontal = horizontal
    self.vertical = vertical
    self.rowsFirst = rowsFirst
    self.columns = horizontal?.sourceRange ?? columns
    resizedWidth = columns.count
    ringWidth = rowsFirst ? columns.count : self.columns.count
    capacity = vertical.spans.map(\.count).max() ?? 0
    ring = [PixelPairs](repeating: .zero, count: capacity * ringWidth)
    nextRow = vertical.sourceRange.lowerBound
  }

  mutating func run() -> Image {
    let rowBytes = resizedWidth * 3
    var pixels = [UInt8](repeating: 0, count: vertical.spans.count * rowBytes)
    var line = [PixelPairs](repeating: .zero, count: columns.count)
    var sums = [SIMD4<Int32>](repeating: .zero, count: ringWidth)
    var resized = [SIMD4<Int32>](repeating: .zero, count: resizedWidth)
    for (row, span) in vertical.spans.enumerated() {
      while nextRow < span.range.upperBound { appendRow(&line, &resized) }
      addRows(span, to: &sums)
      if let horizontal, !rowsFirst {
        round(sums, into: &line, at: 0)
        resample(line, firstColumn: columns.lowerBound, horizontal, into: &resized)
        store(resized, in: &pixels, at: row * rowBytes)
      } else {
        store(sums, in: &pixels, at: row * rowBytes)
      }
    }
    return Image(width: resizedWidth, height: vertical.spans.count, pixels: pixels)
  }

  /// Takes the next source row into the ring; `line` and `resized` are room to work in.
  private mutating func appendRow(_ line: inout [PixelPairs], _ resized: inout [SIMD4<Int32>]) {
    let place = nextRow % capacity * ringWidth
    let start = 3 * (nextRow * image.width + columns.lowerBound)
    nextRow += 1
    load(image.pixels, from: start, into: &line)
    if let horizontal, rowsFirst {
      resample(line, firstColumn: columns.lowerBound, horizontal, into: &resized)
      round(resized, into: &ring, at: place)
    } else {
      ring.replaceSubrange(place..<place + ringWidth, with: line)
    }
  }

  /// The weighted sum of the ring's rows of one span.
  private func addRows(_ span: ResampleWeights.Span, to sums: inout [SIMD4<Int32>]) {
    var sums = sums.mutableSpan
    for column in sums.indices { sums[column] = SIMD4(repeating: span.bias) }
    for (row, tap) in zip(span.range, span.taps) {
      let start = row % capacity * ringWidth
      let line = ring.span.extracting(start..<start + ringWidth)
      let weight = vertical.pairs[tap]
      for column in line.indices {
        sums[column] &+= PixelPairs.products(line[column], weight)
      }
    }
  }
}

private func load(_ pixels: [UInt8], from start: Int, into line: inout [PixelPairs]) {
  var target = line.mutableSpan
  PixelPairs.load(pixels.span.extracting(start..<start + 3 * target.count), into: &target)
}

/// The weighted sums of one row; `line` begins with the picture's column `firstColumn`.
private func resample(
  _ line: [PixelPairs], firstColumn: Int, _ weights: ResampleWeights,
  into result: inout [SIMD4<Int32>]
) {
  let pairs = weights.pairs.span
  var result = result.mutableSpan
  for (column, span) in weights.spans.enumerated() {
    let first = span.first - firstColumn
    let pixels = line.span.extracting(first..<first + span.count)
    let weights = pairs.extracting(span.taps)
    var sum = SIMD4<Int32>(repeating: span.bias)
    for index in pixels.indices {
      sum &+= PixelPairs.products(pixels[index], weights[index])
    }
    result[column] = sum
  }
}

/// Sums become pixels for the next pass.
private func round(_ sums: [SIMD4<Int32>], into line: inout [PixelPairs], at start: Int) {
  var target = line.mutableSpan
  for (column, sum) in sums.enumerated() {
    target[start + column] = PixelPairs(channels: channels(of: sum))
  }
}

private func store(_ sums: [SIMD4<Int32>], in pixels: inout [UInt8], at start: Int) {
  var target = pixels.mutableSpan
  for (column, sum) in sums.enumerated() {
    let color = SIMD4<UInt8>(truncatingIfNeeded: channels(of: sum))
    target[start + 3 * column] = color.x
    target[start + 3 * column + 1] = color.y
    target[start + 3 * column + 2] = color.z
  }
}
