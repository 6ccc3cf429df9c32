import EdgeGraph

/// How a picture is mixed with its partner.
struct PictureBlend: Equatable {
  /// Of the picture itself.
  var share: Float
  /// What comes from the partner; nil: everything, by the share.
  var window: PixelWindow?

  /// Leaves a picture as it is.
  static let none = PictureBlend(share: 1, window: nil)

  /// CutMix's part for a share: its sides are √(1 - share) of the picture's, around a center; what
  /// lies outside is cut off, and the share corrected to the area that is left.
  static func cut(
    share: Double, centerX: Int, centerY: Int, height: Int, width: Int
  ) -> PictureBlend {
    let ratio = (1 - share).squareRoot()
    let rows = Int(Double(height) * ratio)
    let columns = Int(Double(width) * ratio)
    let window = PixelWindow(
      x: centerX - columns / 2, y: centerY - rows / 2, width: columns, height: rows)
    return PictureBlend(window, height: height, width: width)
  }

  /// A part of random sides within the picture.
  static func drawn(
    sides: ClosedRange<Double>, height: Int, width: Int, _ random: inout RandomStream
  ) -> PictureBlend {
    func length(_ extent: Int) -> Int {
      let low = Int(Double(extent) * sides.lowerBound)
      let end = Int(Double(extent) * sides.upperBound)
      return low + random.integer(below: max(1, end - low))
    }
    let rows = length(height)
    let columns = length(width)
    let y = random.integer(below: height - rows + 1)
    let x = random.integer(below: width - columns + 1)
    return PictureBlend(
      PixelWindow(x: x, y: y, width: columns, height: rows), height: height, width: width)
  }

  private init(_ window: PixelWindow, height: Int, width: Int) {
    let inside = window.clamped(width: width, height: height)
    share = Float(1 - Double(inside.width * inside.height) / Double(height * width))
    self.window = inside
  }

  init(share: Float, window: PixelWindow?) {
    self.share = share
    self.window = window
  }
}

/// Applies blends, one for each picture, to a batch in place, two partners at a time.
struct BatchMixer {
  let blends: [PictureBlend]
  let height, width: Int

  /// Mixes `[n, height, width, 3]` pictures and `[n, classes]` targets.
  func mix(images: inout MutableSpan<Float>, targets: inout MutableSpan<Float>) {
    let classes = targets.count / blends.count
    for index in 0..<(blends.count + 1) / 2 {
      let other = blends.count - 1 - index
      let (blend, otherBlend) = (blends[index], blends[other])
      mixImages(&images, index, other)
      mix(
        &targets, index * classes, blend.share, other * classes, otherBlend.share, count: classes)
    }
  }

  private func mixImages(_ images: inout MutableSpan<Float>, _ index: Int, _ other: Int) {
    let (blend, otherBlend) = (blends[index], blends[other])
    let (start, otherStart) = (3 * height * width * index, 3 * height * width * other)
    if blend == .none && otherBlend == .none { return }
    if blend.window == nil && otherBlend.window == nil {
      mix(
        &images, start, blend.share, otherStart, otherBlend.share, count: 3 * height * width)
      return
    }
    for row in 0..<height {
      for column in 0..<width {
        let place = 3 * (row * width + column)
        mix(
          &images, start + place, blend.share(row, column), otherStart + place,
          otherBlend.share(row, column), count: 3)
      }
    }
  }

  private func mix(
    _ values: inout MutableSpan<Float>, _ first: Int, _ share: Float, _ second: Int,
    _ otherShare: Float, count: Int
  ) {
    for place in 0..<count {
      let a = values[first + place]
      let b = values[second + place]
      values[first + place] = a * share + b * (1 - share)
      values[second + place] = b * otherShare + a * (1 - otherShare)
    }
  }
}

extension PictureBlend {
  /// Of the picture itself in one pixel.
  fileprivate func share(_ row: Int, _ column: Int) -> Float {
    guard let window else { return share }
    let inside =
      row >= window.y && row < window.y + window.height && column >= window.x
      && column < window.x + window.width
    return inside ? 0 : 1
  }
}
