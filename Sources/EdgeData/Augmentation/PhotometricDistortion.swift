import EdgeGraph

/// SSD's random changes of contrast, brightness, saturation and hue, and of the order of channels
/// (Howard, arXiv:1312.5402; cvnets' `PhotometricDistort`).
public struct PhotometricDistortion: Sendable, Equatable {
  /// That a change is made; of each for itself.
  public var probability = 0.5
  /// All values are multiplied; before the change of colors or, if not then, perhaps after it.
  public var contrast: ClosedRange<Double> = 0.5...1.5
  /// Is added, in proportion to the largest value.
  public var brightness: ClosedRange<Double> = -0.2...0.2
  /// Is multiplied.
  public var saturation: ClosedRange<Double> = 0.5...1.5
  /// In proportion to 255, of which 180 are a full turn.
  public var hue: ClosedRange<Double> = -0.05...0.05

  public init() {}

  public func callAsFunction(_ image: Image, random: inout RandomStream) -> Image {
    drawn(&random)(image)
  }

  func drawn(_ random: inout RandomStream) -> ColorDistortion {
    var result = ColorDistortion()
    result.contrast = drawn(contrast, &random)
    result.brightness = drawn(brightness, &random).map { 255 * $0 }
    result.saturation = drawn(saturation, &random)
    result.hue = drawn(hue, &random).map { Int($0 * 255) }
    if result.contrast == nil { result.lateContrast = drawn(contrast, &random) }
    if random.happens(probability) { result.channels = random.permutation(3) }
    return result
  }

  private func drawn(_ range: ClosedRange<Double>, _ random: inout RandomStream) -> Double? {
    random.happens(probability) ? random.uniform(in: range) : nil
  }
}

/// The changes that were drawn for one picture; nil changes nothing.
struct ColorDistortion: Equatable {
  var contrast, brightness, saturation, lateContrast: Double?
  /// In steps of two degrees.
  var hue: Int?
  /// From which channel each one is taken.
  var channels = [0, 1, 2]

  /// Every step rounds down to bytes. Without saturation and hue, the way to colors and back is
  /// left out, which cvnets takes all the same and which rounds twice.
  func callAsFunction(_ image: Image) -> Image {
    var result = image
    if contrast != nil || brightness != nil {
      result = Self.scaled(result, by: contrast ?? 1, adding: brightness ?? 0)
    }
    if saturation != nil || hue != nil {
      result = result.turned(hue: hue ?? 0, saturation: Float(saturation ?? 1))
    }
    if let lateContrast { result = Self.scaled(result, by: lateContrast, adding: 0) }
    return channels == [0, 1, 2] ? result : result.permuted(channels)
  }

  private static func scaled(
    _ image: Image, by factor: Double, adding offset: Double
  ) -> Image {
    let (factor, offset) = (Float(factor), Float(offset))
    let table = (0..<256).map { cutToByte(Float($0) * factor + offset) }
    var pixels = image.pixels
    PixelLoops.look(up: [table, table, table], in: &pixels)
    return Image(width: image.width, height: image.height, pixels: pixels)
  }
}

/// Without its fraction, and within 0 to 255.
private func cutToByte(_ value: Float) -> UInt8 {
  UInt8(max(0, min(255, value)))
}

extension Image {
  fileprivate func permuted(_ channels: [Int]) -> Image {
    let (first, second, third) = (channels[0], channels[1], channels[2])
    var result = pixels
    var target = result.mutableSpan
    let source = pixels.span
    for start in stride(from: 0, to: source.count, by: 3) {
      target[start] = source[start + first]
      target[start + 1] = source[start + second]
      target[start + 2] = source[start + third]
    }
    return Image(width: width, height: height, pixels: result)
  }

  /// Hue goes around: cvnets cuts it off at 0 instead, which makes reds of what is left of red.
  fileprivate func turned(hue: Int, saturation: Float) -> Image {
    var result = pixels
    var bytes = result.mutableSpan
    for start in stride(from: 0, to: bytes.count, by: 3) {
      var color = HueColor(red: bytes[start], green: bytes[start + 1], blue: bytes[start + 2])
      color.hue = (color.hue + hue % HueColor.turn + HueColor.turn) % HueColor.turn
      color.saturation = cutToByte(Float(color.saturation) * saturation)
      let (red, green, blue) = color.rgb
      bytes[start] = red
      bytes[start + 1] = green
      bytes[start + 2] = blue
    }
    return Image(width: width, height: height, pixels: result)
  }
}
