/// Which places of a line of `source` pixels a line of `target` pixels shows: pixel i that of
/// ⌊i · source / target⌋, as PyTorch's nearest interpolation.
struct NearestPlaces: Equatable {
  /// The places that are shown, ascending.
  let places: [Int]
  /// By how many pixels in a row each of them is shown.
  let repeats: [Int]

  /// - Precondition: both are at least 1.
  init(source: Int, target: Int) {
    var places: [Int] = []
    var repeats: [Int] = []
    for pixel in 0..<target {
      let place = pixel * source / target
      if place == places.last {
        repeats[repeats.count - 1] += 1
      } else {
        places.append(place)
        repeats.append(1)
      }
    }
    self.places = places
    self.repeats = repeats
  }
}

/// Takes the likeliest classes from logits for a picture of another size. Only logits that the
/// picture shows are compared, each once.
struct LabelReading {
  let rows, columns: NearestPlaces
  /// Of the logits, in pixels.
  let width: Int
  /// At least 1 and at most 256.
  let classes: Int

  /// - Parameter logits: `[h, width, classes]`.
  /// - Returns: class numbers of the picture, row by row; the lowest of equally likely ones.
  func callAsFunction(_ logits: Span<Float>) -> [UInt8] {
    let lineLength = columns.repeats.reduce(0, +)
    var line: [UInt8] = []
    line.reserveCapacity(lineLength)
    var labels: [UInt8] = []
    labels.reserveCapacity(lineLength * rows.repeats.reduce(0, +))
    for (row, rowRepeats) in zip(rows.places, rows.repeats) {
      line.removeAll(keepingCapacity: true)
      for (column, repeats) in zip(columns.places, columns.repeats) {
        let label = likeliest(logits, at: (row * width + column) * classes)
        for _ in 0..<repeats { line.append(label) }
      }
      for _ in 0..<rowRepeats { labels += line }
    }
    return labels
  }

  @inline(__always)
  private func likeliest(_ logits: Span<Float>, at start: Int) -> UInt8 {
    var best = 0
    var largest = logits[start]
    for label in 1..<classes where logits[start + label] > largest {
      (best, largest) = (label, logits[start + label])
    }
    return UInt8(best)
  }
}
