/// Operations that replace each byte by another, as Pillow's `ImageOps` and timm have them.
extension Image {
  /// Stretches each channel so that its darkest value becomes 0 and its brightest 255
  /// (`ImageOps.autocontrast`).
  public func autoContrasted() -> Image {
    mapped(by: PixelLoops.histograms(of: pixels).map(autoContrastTable))
  }

  /// Spreads each channel's values so that all occur about equally often (`ImageOps.equalize`).
  public func equalized() -> Image {
    mapped(by: PixelLoops.histograms(of: pixels).map(equalizingTable))
  }

  /// The negative (`ImageOps.invert`).
  public func inverted() -> Image { mapped { 255 - $0 } }

  /// Keeps the upper `bits` of each byte (`ImageOps.posterize`); 0 bits, which policies ask for and
  /// Pillow 13 refuses, give black, and 8 or more change nothing.
  public func posterized(bits: Int) -> Image {
    if bits >= 8 { return self }
    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> max(0, bits))
    return mapped { $0 & mask }
  }

  /// Inverts the values from `threshold` on (`ImageOps.solarize`).
  public func solarized(threshold: Int) -> Image {
    mapped { Int($0) < threshold ? $0 : 255 - $0 }
  }

  /// Adds to the values below `threshold`, at most up to 255 (timm's `SolarizeAdd`).
  /// - Precondition: `amount` isn't negative.
  public func solarized(adding amount: Int, threshold: Int = 128) -> Image {
    precondition(amount >= 0, "\(amount)")
    return mapped { Int($0) < threshold ? UInt8(min(255, Int($0) + amount)) : $0 }
  }

  /// This picture with the same change to all bytes.
  func mapped(_ change: (UInt8) -> UInt8) -> Image {
    let table = (UInt8.min...UInt8.max).map(change)
    return mapped(by: [table, table, table])
  }

  /// This picture with a table of 256 bytes for each channel.
  func mapped(by tables: [[UInt8]]) -> Image {
    var result = pixels
    PixelLoops.look(up: tables, in: &result)
    return Image(width: width, height: height, pixels: result)
  }
}

private let unchanged = Array(UInt8.min...UInt8.max)

private func autoContrastTable(_ histogram: [Int]) -> [UInt8] {
  let low = histogram.firstIndex { $0 > 0 } ?? 0
  let high = histogram.lastIndex { $0 > 0 } ?? 0
  if high <= low { return unchanged }
  let scale = 255.0 / Double(high - low)
  let offset = -Double(low) * scale
  return (0..<256).map { UInt8(max(0, min(255, Int(Double($0) * scale + offset)))) }
}

private func equalizingTable(_ histogram: [Int]) -> [UInt8] {
  guard let brightest = histogram.last(where: { $0 > 0 }) else { return unchanged }
  let step = (histogram.reduce(0, +) - brightest) / 255
  if step == 0 { return unchanged }
  var sum = step / 2
  return histogram.map { count in
    defer { sum += count }
    return UInt8(min(255, sum / step))
  }
}
