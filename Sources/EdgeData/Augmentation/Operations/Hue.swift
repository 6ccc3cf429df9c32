extension Image {
  /// Turns the hue by a part of the color circle, as torchvision's `adjust_hue` on a Pillow
  /// picture: in bytes of hue, saturation and value (Pillow's mode `HSV`), each rounded down.
  ///
  /// - Parameter turn: from -0.5 to 0.5; 0 still rounds.
  public func hue(turnedBy turn: Double) -> Image {
    precondition((-0.5...0.5).contains(turn), "a turn by \(turn)")
    let shift = UInt8(truncatingIfNeeded: Int(turn * 255))
    var result = pixels
    var bytes = result.mutableSpan
    for start in stride(from: 0, to: bytes.count, by: 3) {
      var color = HSV(red: bytes[start], green: bytes[start + 1], blue: bytes[start + 2])
      color.hue &+= shift
      let (red, green, blue) = color.rgb
      bytes[start] = red
      bytes[start + 1] = green
      bytes[start + 2] = blue
    }
    return Image(width: width, height: height, pixels: result)
  }
}

/// Hue, saturation and value in bytes. The mix of float32 and float64 is Pillow's
/// (src/libImaging/Convert.c), to the last bit.
private struct HSV {
  var hue, saturation, value: UInt8

  init(red: UInt8, green: UInt8, blue: UInt8) {
    value = max(max(red, green), blue)
    let range = value - min(min(red, green), blue)
    guard range > 0 else {
      hue = 0
      saturation = 0
      return
    }
    let span = Float(range)
    let r = Float(value - red) / span
    let g = Float(value - green) / span
    let b = Float(value - blue) / span
    var turn: Float
    if red == value {
      turn = b - g
    } else if green == value {
      turn = Float(2 + Double(r) - Double(b))
    } else {
      turn = Float(4 + Double(g) - Double(r))
    }
    // At least 5/6 and below 2.
    let positive = Double(turn) / 6 + 1
    turn = Float(positive < 1 ? positive : positive - 1)
    hue = UInt8(Double(turn) * 255)
    saturation = UInt8(Double(span / Float(value)) * 255)
  }

  var rgb: (UInt8, UInt8, UInt8) {
    if saturation == 0 { return (value, value, value) }
    let sixths = Double(Float(hue)) * 6 / 255
    let sector = Int(sixths)
    let rest = Float(sixths - Double(sector))
    let part = Float(Double(Float(saturation)) / 255)
    let full = Double(value)
    let low = rounded(full * (1 - Double(part)))
    let falling = rounded(full * (1 - Double(part * rest)))
    let rising = rounded(full * (1 - Double(part) * (1 - Double(rest))))
    return switch sector % 6 {
    case 0: (value, rising, low)
    case 1: (falling, value, low)
    case 2: (low, value, rising)
    case 3: (low, falling, value)
    case 4: (rising, low, value)
    default: (value, low, falling)
    }
  }
}

/// The nearest whole number, halves up.
private func rounded(_ value: Double) -> UInt8 {
  let whole = UInt8(value)
  return value - Double(whole) < 0.5 ? whole : whole + 1
}
