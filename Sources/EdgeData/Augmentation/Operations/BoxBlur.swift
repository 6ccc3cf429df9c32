extension Image {
  /// Pillow's `ImageFilter.GaussianBlur(radius)`: three box blurs in each direction, whose boxes
  /// end in fractions of a pixel (Gwosdek et al., "Theoretical foundations of Gaussian convolution
  /// by extended box filtering", 2011), to the last bit.
  ///
  /// - Parameter radius: the standard deviation in pixels, 0 or more.
  public func boxGaussianBlurred(radius: Double) -> Image {
    precondition(radius >= 0, "a radius of \(radius)")
    let box = Box(gaussian: Float(radius), passes: 3)
    if box.radius == 0 && box.farWeight == 0 { return self }
    var result = pixels
    for _ in 0..<3 { box.blur(&result, lines: height, lineStep: 3 * width, count: width, step: 3) }
    for _ in 0..<3 { box.blur(&result, lines: width, lineStep: 3, count: height, step: 3 * width) }
    return Image(width: width, height: height, pixels: result)
  }
}

/// A box of `2 * radius + 1` pixels and a part of one on either side, in 24 fraction bits.
private struct Box {
  let radius: Int
  let weight, farWeight: UInt32

  init(gaussian sigma: Float, passes: Int) {
    let variance = sigma * sigma / Float(passes)
    let length = Float((12.0 * Double(variance) + 1).squareRoot())
    let whole = Float(((Double(length) - 1) / 2).rounded(.down))
    var fraction = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance)
    fraction /= 6 * (variance - (whole + 1) * (whole + 1))
    let radius = whole + fraction
    self.radius = Int(radius)
    weight = UInt32(Float(1 << 24) / (radius * 2 + 1))
    farWeight = ((1 << 24) - UInt32(2 * self.radius + 1) * weight) / 2
  }

  /// Blurs lines of `count` pixels that lie `step` bytes apart; edges are repeated.
  func blur(_ bytes: inout [UInt8], lines: Int, lineStep: Int, count: Int, step: Int) {
    var line = [SIMD4<UInt32>](repeating: .zero, count: count)
    for index in 0..<lines {
      let start = index * lineStep
      for place in 0..<count {
        let from = start + place * step
        line[place] = SIMD4(
          UInt32(bytes[from]), UInt32(bytes[from + 1]), UInt32(bytes[from + 2]), 0)
      }
      blur(line, into: &bytes, start: start, step: step)
    }
  }

  private func blur(_ line: [SIMD4<UInt32>], into bytes: inout [UInt8], start: Int, step: Int) {
    let last = line.count - 1
    var bytes = bytes.mutableSpan
    let line = line.span
    var sum = SIMD4<UInt32>.zero
    for place in -radius - 1..<radius { sum &+= line[max(0, min(place, last))] }
    for place in 0...last {
      let left = line[max(0, place - radius - 1)]
      sum = sum &- left &+ line[min(place + radius, last)]
      let right = line[min(place + radius + 1, last)]
      let total = sum &* weight &+ (left &+ right) &* farWeight &+ (1 << 23)
      let color = SIMD4<UInt8>(truncatingIfNeeded: total &>> 24)
      let target = start + place * step
      bytes[target] = color.x
      bytes[target + 1] = color.y
      bytes[target + 2] = color.z
    }
  }
}
