/// How a resized pixel is made of the pixels around it.
public enum ResizeFilter: String, Sendable, Hashable, CaseIterable {
  /// Pillow's, which widen when shrinking, so that nothing is skipped ("antialiased").
  case bilinear, bicubic
  /// OpenCV's `INTER_LINEAR`: the four nearest pixels only, however much the picture shrinks.
  case openCVBilinear = "opencv-bilinear"
}

/// How a pixel weighs by its distance in Pillow's filters.
enum ResampleKernel {
  case bilinear, bicubic

  /// The distance, in pixels of the coarser picture, at which the weight has become 0.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// The weight at a distance from the center, before normalization.
  ///
  /// The order of operations is Pillow's (src/libImaging/Resample.c), to the last bit. Bicubic is
  /// Keys' cubic convolution with a = -0.5.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .bilinear:
      return x < 1 ? 1 - x : 0
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    }
  }
}
