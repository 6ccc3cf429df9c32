/// Pillow's `ImageEnhance`: a factor of 1 changes nothing, 0 gives the plain form (black, grey or
/// smoothed), more than 1 exaggerates.
extension Image {
  /// Scales all values.
  public func brightness(times factor: Double) -> Image {
    if factor == 1 { return self }
    let factor = Float(factor)
    return mapped { PixelLoops.blended(0, $0, factor) }
  }

  /// Scales the distance to the mean brightness, which is rounded.
  public func contrast(times factor: Double) -> Image {
    if factor == 1 { return self }
    let luma = PixelLoops.luma(of: pixels)
    let sum = luma.reduce(0) { $0 &+ Int($1) }
    let mean = UInt8(Double(sum) / Double(luma.count) + 0.5)
    let factor = Float(factor)
    return mapped { PixelLoops.blended(mean, $0, factor) }
  }

  /// Scales the distance to the grey picture.
  public func saturation(times factor: Double) -> Image {
    if factor == 1 { return self }
    var result = pixels
    PixelLoops.blend(
      perPixel: PixelLoops.luma(of: pixels), into: &result, factor: Float(factor))
    return Image(width: width, height: height, pixels: result)
  }

  /// Scales the distance to the smoothed picture.
  public func sharpness(times factor: Double) -> Image {
    if factor == 1 { return self }
    var result = pixels
    PixelLoops.blend(smoothed().pixels, into: &result, factor: Float(factor))
    return Image(width: width, height: height, pixels: result)
  }

  /// The picture in grey, as torchvision's `Grayscale(3)`.
  public func grayscale() -> Image { saturation(times: 0) }

  /// Pillow's filter `SMOOTH`; the pixels at the edges are as they were.
  func smoothed() -> Image {
    Image(
      width: width, height: height, pixels: PixelLoops.smooth(pixels, rowBytes: 3 * width))
  }
}
