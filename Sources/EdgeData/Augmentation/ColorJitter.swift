import EdgeGraph

/// Random changes of brightness, contrast, saturation and hue in random order, as torchvision's
/// `ColorJitter` on Pillow pictures.
public struct ColorJitter: Sendable, Equatable {
  /// Factors are drawn from 1 - `brightness`, at least 0, to 1 + `brightness`; likewise the next
  /// two. 0 changes nothing.
  public var brightness, contrast, saturation: Double
  /// Turns of the color circle are drawn from -`hue` to `hue`, which is at most 0.5.
  public var hue: Double

  /// - Precondition: no amount is negative, and `hue` is at most 0.5.
  public init(
    brightness: Double = 0.4, contrast: Double = 0.4, saturation: Double = 0.4, hue: Double = 0
  ) {
    precondition(brightness >= 0 && contrast >= 0 && saturation >= 0 && (0...0.5).contains(hue))
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
  }

  /// Changes nothing.
  public static let none = ColorJitter(brightness: 0, contrast: 0, saturation: 0)

  public func callAsFunction(_ image: Image, random: inout RandomStream) -> Image {
    if self == .none { return image }
    var result = image
    for step in random.permutation(4) {
      switch step {
      case 0:
        if let factor = factor(brightness, &random) { result = result.brightness(times: factor) }
      case 1:
        if let factor = factor(contrast, &random) { result = result.contrast(times: factor) }
      case 2:
        if let factor = factor(saturation, &random) { result = result.saturation(times: factor) }
      default:
        if hue > 0 { result = result.hue(turnedBy: random.uniform(in: -hue...hue)) }
      }
    }
    return result
  }

  private func factor(_ amount: Double, _ random: inout RandomStream) -> Double? {
    amount > 0 ? random.uniform(in: max(0, 1 - amount)...1 + amount) : nil
  }
}
