/// Hue, saturation and value as OpenCV has them in bytes (`COLOR_RGB2HSV`, reference code
/// `modules/imgproc/src/color_hsv.simd.hpp`): to the last bit on the way here; on the way back
/// rounded to nearest, where OpenCV's vector code cuts off.
struct HueColor: Equatable {
  /// Of the hue, in steps of two degrees.
  static let turn = 180

  /// From 0 up to ``turn``.
  var hue: Int
  var saturation, value: UInt8

  private static let fractionBits = 12
  /// 255 / i and 30 / i in fixed point.
  private static let saturationScales = scales(255)
  private static let hueScales = scales(30)

  private static func scales(_ numerator: Int) -> [Int] {
    (0..<256).map { divisor in
      guard divisor > 0 else { return 0 }
      let exact = Double(numerator << fractionBits) / Double(divisor)
      return Int(exact.rounded(.toNearestOrEven))
    }
  }

  init(red: UInt8, green: UInt8, blue: UInt8) {
    let (r, g, b) = (Int(red), Int(green), Int(blue))
    let high = max(r, max(g, b))
    let range = high - min(r, min(g, b))
    let half = 1 << (Self.fractionBits - 1)
    value = UInt8(high)
    saturation = UInt8((range * Self.saturationScales[high] + half) >> Self.fractionBits)
    let sixths =
      if high == r { g - b } else if high == g { b - r + 2 * range } else { r - g + 4 * range }
    let steps = (sixths * Self.hueScales[range] + half) >> Self.fractionBits
    hue = steps < 0 ? steps + Self.turn : steps
  }

  var rgb: (UInt8, UInt8, UInt8) {
    let sixths = Float(hue) * (6 / Float(Self.turn))
    let sector = Int(sixths)
    let rest = sixths - Float(sector)
    let full = Float(value)
    let part = full * (Float(saturation) / 255)
    let low = Self.rounded(full - part)
    let falling = Self.rounded(full - part * rest)
    let rising = Self.rounded(full - (part - part * rest))
    return switch sector % 6 {
    case 0: (value, rising, low)
    case 1: (falling, value, low)
    case 2: (low, value, rising)
    case 3: (low, falling, value)
    case 4: (rising, low, value)
    default: (value, low, falling)
    }
  }

  private static func rounded(_ value: Float) -> UInt8 {
    UInt8(max(0, min(255, value.rounded(.toNearestOrEven))))
  }
}
