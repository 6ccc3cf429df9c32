#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A color for each of 256 classes. Every color is the one that looks least like those before it, so
/// that few classes differ most.
enum ClassPalette {
  /// Classes from 256 on have the colors of those before again.
  ///
  /// - Precondition: `index` is not negative.
  static func color(_ index: Int) -> Color { colors[index % colors.count] }

  static let colors: [Color] = {
    var rest = candidates.map { (color: $0, place: $0.perceived, distance: Double.infinity) }
    var next = rest.firstIndex { $0.color == first } ?? 0
    var chosen: [Color] = []
    while chosen.count < 256 {
      chosen.append(rest[next].color)
      let place = rest[next].place
      for index in rest.indices {
        rest[index].distance = min(rest[index].distance, place.distance(to: rest[index].place))
      }
      next = rest.indices.max { rest[$0].distance < rest[$1].distance } ?? 0
    }
    return chosen
  }()

  private static let first = Color(0xDD3333)

  /// Sixteen steps of red, green and blue, without what is nearly black, white or gray.
  private static var candidates: [Color] {
    let steps = (0..<16).map { UInt32($0 * 17) }
    let all = steps.flatMap { red in
      steps.flatMap { green in steps.map { Color(red << 16 | green << 8 | $0) } }
    }
    return all.filter { color in
      let place = color.perceived
      return (0.45...0.88).contains(place.lightness) && place.chroma > 0.07
    }
  }
}

/// A color where distances are those that are seen: Oklab (Björn Ottosson, "A perceptual color space
/// for image processing", 2020).
struct PerceivedColor: Equatable {
  /// 0 black, 1 white.
  let lightness: Double
  /// From green to red, and from blue to yellow.
  let a, b: Double

  var chroma: Double { (a * a + b * b).squareRoot() }

  func distance(to other: PerceivedColor) -> Double {
    let (dl, da, db) = (lightness - other.lightness, a - other.a, b - other.b)
    return (dl * dl + da * da + db * db).squareRoot()
  }
}

extension Color {
  var perceived: PerceivedColor {
    func linear(_ value: Double) -> Double {
      value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let (r, g, b) = (linear(red), linear(green), linear(blue))
    let long = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    let middle = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    let short = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return PerceivedColor(
      lightness: 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
      a: 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
      b: 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short)
  }
}
