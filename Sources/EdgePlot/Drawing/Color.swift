/// A color in sRGB.
public struct Color: Sendable, Equatable {
  /// 0 to 1 each.
  public var red, green, blue, alpha: Double

  public init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
  }

  /// - Parameter rgb: as on the web, `0xRRGGBB`.
  public init(_ rgb: UInt32, alpha: Double = 1) {
    func channel(_ shift: UInt32) -> Double { Double(rgb >> shift & 0xFF) / 255 }
    self.init(red: channel(16), green: channel(8), blue: channel(0), alpha: alpha)
  }

  public static let white = Color(0xFFFFFF)
  public static let black = Color(0x000000)
}

extension Color {
  static let ink = Color(0x1F2328)
  static let secondaryInk = Color(0x59636E)
  static let axis = Color(0x8C959F)
  static let grid = Color(0xE4E7EB)
  static let backdrop = Color(0xF3F4F6)

  /// Colors that the color-blind can tell apart (Okabe and Ito, "Color Universal Design", 2008;
  /// without yellow, which is too light for lines on white).
  static let palette = [
    Color(0x0072B2), Color(0xD55E00), Color(0x009E73), Color(0xCC79A7), Color(0xE69F00),
    Color(0x56B4E9), Color(0x4D4D4D),
  ]

  static let right = palette[2]
  static let wrong = palette[1]

  /// From white (0) over blue to nearly black (1), ever darker.
  static func shade(_ value: Double) -> Color {
    let stops = [Color(0xFFFFFF), Color(0x9CC7E5), Color(0x2F7FBC), Color(0x0B2E59)]
    let position = min(max(value, 0), 1) * Double(stops.count - 1)
    let index = min(Int(position), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], share: position - Double(index))
  }

  func mixed(with other: Color, share: Double) -> Color {
    func mix(_ from: Double, _ to: Double) -> Double { from + (to - from) * share }
    return Color(
      red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue),
      alpha: mix(alpha, other.alpha))
  }

  /// How light it looks, roughly: 0 black, 1 white.
  var lightness: Double { 0.299 * red + 0.587 * green + 0.114 * blue }

  /// Red, green and blue as bytes.
  var bytes: [UInt8] {
    [red, green, blue].map { UInt8((min(max($0, 0), 1) * 255).rounded()) }
  }
}
