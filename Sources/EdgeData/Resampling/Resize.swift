extension Image {
  /// This picture at another size, the same bytes as Pillow's `resize` or OpenCV's gives.
  ///
  /// - Precondition: both sizes are at least 1.
  public func resized(width: Int, height: Int, filter: ResizeFilter) -> Image {
    resized(
      width: width, height: height, filter: filter,
      window: PixelWindow(x: 0, y: 0, width: width, height: height))
  }

  /// This picture with a shorter side of `shortSide` pixels, the other in proportion, its
  /// fraction cut off (as torchvision's `resize` and cvnets').
  ///
  /// - Precondition: `shortSide` is at least 1.
  public func resized(shortSide: Int, filter: ResizeFilter) -> Image {
    let size = size(shortSide: shortSide)
    return resized(width: size.width, height: size.height, filter: filter)
  }

  func size(shortSide: Int) -> (width: Int, height: Int) {
    precondition(shortSide > 0, "a short side of \(shortSide) pixels")
    return width <= height
      ? (shortSide, shortSide * height / width) : (shortSide * width / height, shortSide)
  }

  /// A part of the resized picture; only what it needs is computed.
  ///
  /// - Precondition: the window lies within the resized picture.
  func resized(width: Int, height: Int, filter: ResizeFilter, window: PixelWindow) -> Image {
    precondition(width > 0 && height > 0, "can't resize to \(width)x\(height)")
    if width == self.width && height == self.height {
      return cropped(x: window.x, y: window.y, width: window.width, height: window.height)
    }
    switch filter {
    case .bilinear: return resampled(width, height, .bilinear, window)
    case .bicubic: return resampled(width, height, .bicubic, window)
    case .openCVBilinear:
      return OpenCVBilinear(self, width: width, height: height, window: window).resized()
    }
  }

  /// A part of the picture resized as Pillow does.
  private func resampled(
    _ width: Int, _ height: Int, _ kernel: ResampleKernel, _ window: PixelWindow
  ) -> Image {
    let columns = window.x..<window.x + window.width
    let rows = window.y..<window.y + window.height
    let horizontal =
      width == self.width
      ? nil
      : ResampleWeights(source: self.width, target: width, range: columns, kernel: kernel)
    let vertical =
      height == self.height
      ? ResampleWeights(identity: rows)
      : ResampleWeights(source: self.height, target: height, range: rows, kernel: kernel)
    var resampler = Resampler(
      self, columns: columns, horizontal: horizontal, vertical: vertical,
      rowsFirst: resamplesRowsFirst(width: width, height: height))
    return resampler.run()
  }

  /// The order of Pillow's passes, which shows in the last bit: columns come first where the
  /// height shrinks by more than twice as many pixels as the width does. Found by trying
  /// Pillow 13.0, whose older versions always begin with rows.
  private func resamplesRowsFirst(width: Int, height: Int) -> Bool {
    height >= self.height || self.height - height <= 2 * (self.width - width)
  }
}
