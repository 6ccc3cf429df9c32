import EdgeGraph

/// An operation as policies name it, with a rule that makes levels from 0 to 10 arguments (timm
/// 0.4.12, `timm/data/auto_augment.py`).
public enum PolicyOperation: String, Sendable, CaseIterable {
  case autoContrast = "AutoContrast"
  case equalize = "Equalize"
  case invert = "Invert"
  case rotate = "Rotate"
  case posterize = "Posterize"
  case posterizeIncreasing = "PosterizeIncreasing"
  case posterizeOriginal = "PosterizeOriginal"
  case solarize = "Solarize"
  case solarizeIncreasing = "SolarizeIncreasing"
  case solarizeAdd = "SolarizeAdd"
  case color = "Color"
  case colorIncreasing = "ColorIncreasing"
  case contrast = "Contrast"
  case contrastIncreasing = "ContrastIncreasing"
  case brightness = "Brightness"
  case brightnessIncreasing = "BrightnessIncreasing"
  case sharpness = "Sharpness"
  case sharpnessIncreasing = "SharpnessIncreasing"
  case shearX = "ShearX"
  case shearY = "ShearY"
  case translateX = "TranslateXRel"
  case translateY = "TranslateYRel"
  case desaturate = "Desaturate"
  case gaussianBlur = "GaussianBlurRand"

  /// What a level means; signs, and the radius of a blur, are drawn.
  func change(level: Double, random: inout RandomStream) -> PolicyChange {
    let part = level / 10
    switch self {
    case .autoContrast: return .autoContrast
    case .equalize: return .equalize
    case .invert: return .invert
    case .rotate: return .rotate(degrees: signed(part * 30, &random))
    case .posterize: return .posterize(bits: Int(part * 4))
    case .posterizeIncreasing: return .posterize(bits: 4 - Int(part * 4))
    case .posterizeOriginal: return .posterize(bits: Int(part * 4) + 4)
    case .solarize: return .solarize(threshold: min(256, Int(part * 256)))
    case .solarizeIncreasing: return .solarize(threshold: 256 - min(256, Int(part * 256)))
    case .solarizeAdd: return .solarizeAdd(min(128, Int(part * 110)))
    case .color: return .saturation(part * 1.8 + 0.1)
    case .contrast: return .contrast(part * 1.8 + 0.1)
    case .brightness: return .brightness(part * 1.8 + 0.1)
    case .sharpness: return .sharpness(part * 1.8 + 0.1)
    case .colorIncreasing: return .saturation(increasing(part, &random))
    case .contrastIncreasing: return .contrast(increasing(part, &random))
    case .brightnessIncreasing: return .brightness(increasing(part, &random))
    case .sharpnessIncreasing: return .sharpness(increasing(part, &random))
    case .shearX: return .shearX(signed(part * 0.3, &random))
    case .shearY: return .shearY(signed(part * 0.3, &random))
    case .translateX: return .translateX(signed(part * 0.45, &random))
    case .translateY: return .translateY(signed(part * 0.45, &random))
    case .desaturate: return .saturation(1 - max(0.5, min(1, 0.5 + 0.5 * part)))
    case .gaussianBlur:
      return .blur(radius: random.uniform(in: 0.1...max(0.1, 2 * min(1, part))))
    }
  }
}

private func signed(_ value: Double, _ random: inout RandomStream) -> Double {
  random.happens(0.5) ? -value : value
}

/// 1 is no change. Newer versions of timm don't go below 0.1 either.
private func increasing(_ part: Double, _ random: inout RandomStream) -> Double {
  max(0.1, 1 + signed(part * 0.9, &random))
}

/// An operation with its argument.
enum PolicyChange: Equatable {
  case autoContrast, equalize, invert
  case rotate(degrees: Double)
  case posterize(bits: Int)
  case solarize(threshold: Int)
  case solarizeAdd(Int)
  /// Factors, see ``Image/saturation(times:)``.
  case saturation(Double)
  case contrast(Double)
  case brightness(Double)
  case sharpness(Double)
  case shearX(Double)
  case shearY(Double)
  /// Parts of the width and height.
  case translateX(Double)
  case translateY(Double)
  case blur(radius: Double)

  func callAsFunction(_ image: Image, filter: AffineFilter, fill: SIMD3<UInt8>) -> Image {
    func transformed(_ map: AffineMap) -> Image {
      image.transformed(by: map, filter: filter, fill: fill)
    }
    return switch self {
    case .autoContrast: image.autoContrasted()
    case .equalize: image.equalized()
    case .invert: image.inverted()
    case .rotate(let degrees): image.rotated(degrees: degrees, filter: filter, fill: fill)
    case .posterize(let bits): image.posterized(bits: bits)
    case .solarize(let threshold): image.solarized(threshold: threshold)
    case .solarizeAdd(let amount): image.solarized(adding: amount)
    case .saturation(let factor): image.saturation(times: factor)
    case .contrast(let factor): image.contrast(times: factor)
    case .brightness(let factor): image.brightness(times: factor)
    case .sharpness(let factor): image.sharpness(times: factor)
    case .shearX(let factor): transformed(.shear(x: factor))
    case .shearY(let factor): transformed(.shear(y: factor))
    case .translateX(let part): transformed(.translation(x: part * Double(image.width)))
    case .translateY(let part): transformed(.translation(y: part * Double(image.height)))
    case .blur(let radius): image.boxGaussianBlurred(radius: radius)
    }
  }
}
