#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a pixel of the result comes from: (`a` x + `b` y + `c`, `d` x + `e` y + `f`), of positions
/// whose pixels have their centers at halves. The order is that of Pillow's `Image.AFFINE`.
public struct AffineMap: Sendable, Equatable {
  public var a, b, c, d, e, f: Double

  public init(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double) {
    (self.a, self.b, self.c) = (a, b, c)
    (self.d, self.e, self.f) = (d, e, f)
  }

  /// Shifts each row by `factor` times its distance from the top.
  public static func shear(x factor: Double) -> AffineMap { AffineMap(1, factor, 0, 0, 1, 0) }

  /// Shifts each column by `factor` times its distance from the left.
  public static func shear(y factor: Double) -> AffineMap { AffineMap(1, 0, 0, factor, 1, 0) }

  /// Takes each pixel from `x` pixels further right and `y` further down.
  public static func translation(x: Double = 0, y: Double = 0) -> AffineMap {
    AffineMap(1, 0, x, 0, 1, y)
  }

  /// Turns a picture of this size counterclockwise around its center, as Pillow's `Image.rotate`:
  /// sine and cosine are rounded to 15 decimals.
  public static func rotation(degrees: Double, width: Int, height: Int) -> AffineMap {
    var turn = degrees.truncatingRemainder(dividingBy: 360)
    if turn < 0 { turn += 360 }
    let angle = -(turn * (Double.pi / 180))
    let (cosine, sine) = (roundedTo15Decimals(cos(angle)), roundedTo15Decimals(sin(angle)))
    let (x, y) = (Double(width) / 2, Double(height) / 2)
    return AffineMap(
      cosine, sine, cosine * -x + sine * -y + 0 + x,
      -sine, cosine, -sine * -x + cosine * -y + 0 + y)
  }
}

/// What Python's `round(value, 15)` gives for a value from -1 to 1: the nearest multiple of 1e-15,
/// halves to even. The part that the product loses is brought back, so that it is exact.
func roundedTo15Decimals(_ value: Double) -> Double {
  let product = value * 1e15
  let lost = (-product).addingProduct(value, 1e15)
  var whole = product.rounded(.toNearestOrEven)
  let rest = (product - whole) + lost
  if rest > 0.5 { whole += 1 }
  if rest < -0.5 { whole -= 1 }
  return whole / 1e15
}
