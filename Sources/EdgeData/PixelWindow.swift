/// A rectangle of pixels; it may reach beyond the picture that it belongs to.
struct PixelWindow: Equatable {
  var x, y, width, height: Int

  /// Where torchvision's `center_crop` takes a square of `size` from: the origin is rounded to
  /// even, except that a side that is too short is padded with the smaller half in front.
  ///
  /// - Parameter cutsHalves: whether the origin is rounded down, as in cvnets.
  static func center(
    of size: Int, width: Int, height: Int, cutsHalves: Bool = false
  ) -> PixelWindow {
    PixelWindow(
      x: origin(of: size, in: width, cutsHalves), y: origin(of: size, in: height, cutsHalves),
      width: size, height: size)
  }

  private static func origin(of size: Int, in extent: Int, _ cutsHalves: Bool) -> Int {
    let excess = extent - size
    if excess < 0 { return -(-excess / 2) }
    // Halves are rounded to even: 1/2 → 0, 3/2 → 2.
    return excess % 4 == 3 && !cutsHalves ? excess / 2 + 1 : excess / 2
  }

  /// The part within a picture of the given size; empty where there is none.
  func clamped(width: Int, height: Int) -> PixelWindow {
    let left = max(0, min(x, width))
    let right = max(left, min(x + self.width, width))
    let top = max(0, min(y, height))
    let bottom = max(top, min(y + self.height, height))
    return PixelWindow(x: left, y: top, width: right - left, height: bottom - top)
  }
}
